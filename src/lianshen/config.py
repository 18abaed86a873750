"""Settings: every one by environment variable ``LIANSHEN_…`` or by ``$LIANSHEN_HOME/lianshen.toml``."""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Settings(BaseSettings):
    """Where things lie and how much of the machine a night may use."""

    model_config = SettingsConfigDict(env_prefix="LIANSHEN_", extra="forbid", frozen=True)

    home: Path = Field(default=Path("var"), description="Folder that holds everything the product writes")
    content: Path | None = Field(default=None, description="Your own folder of sql/, policies/ and knowledge/")
    landing: Path | None = Field(default=None, description="Where packages arrive; default: home/landing")
    casebook: str | None = Field(default=None, description="SQLAlchemy URL of the casebook; default: SQLite in home")
    identity_key: Path | None = Field(
        default=None, description="Key file for hashing identifiers; outside the warehouse"
    )
    memory_limit: str = Field(default="4GB", description="DuckDB memory limit of the night")
    threads: int = Field(default_factory=lambda: os.cpu_count() or 2, ge=1, description="DuckDB threads of the night")
    province: str = Field(default="51", pattern=r"^\d{2}$", description="First two digits of the province's regions")
    auto_approve_models: bool = Field(
        default=False, description="Let a model that is better score without a person's approval: unattended operation"
    )
    webhook_plain: bool = Field(
        default=False, description="Deliver over http:// too; what is sent is signed, not hidden"
    )
    webhook_loopback: bool = Field(default=False, description="Deliver to this machine too: for trying out")
    webhook_timeout: float = Field(default=10.0, gt=0, le=60, description="Seconds that one attempt may take")
    webhook_attempts: int = Field(default=16, ge=1, le=100, description="Attempts before a letter is dead")
    webhook_first_wait: float = Field(default=5.0, gt=0, description="Seconds before the second attempt; then doubled")
    oidc_issuer: str | None = Field(default=None, description="Issuer of single sign-on; None: passwords only")
    oidc_client_id: str = Field(default="", description="Our name with the issuer")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="Our secret with the issuer")
    oidc_redirect: str | None = Field(
        default=None, description="Address of /login/sso/callback as browsers reach it; default: as the request came"
    )
    oidc_scope: str = Field(default="openid profile", description="What we ask the issuer to tell")
    oidc_login_claim: str = Field(
        default="preferred_username",
        description="Claim that names an existing account at its first single sign-on; empty: link by hand only",
    )
    oidc_provision: bool = Field(default=False, description="Make accounts without role for whom we do not know")
    oidc_agency_claim: str = Field(default="agency", description="Claim with the agency of an account that is made")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, which wins over the file."""
        home = Path(os.environ.get("LIANSHEN_HOME", "var"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, home / "lianshen.toml")

    @property
    def landing_folder(self) -> Path:
        return self.landing or self.home / "landing"

    @property
    def warehouse_file(self) -> Path:
        return self.home / "warehouse.duckdb"

    @property
    def published_folder(self) -> Path:
        return self.home / "published"

    @property
    def models_folder(self) -> Path:
        return self.home / "models"

    @property
    def key_file(self) -> Path:
        return self.identity_key or self.home / "secrets" / "identity.key"

    @property
    def casebook_url(self) -> str:
        return self.casebook or f"sqlite:///{self.home / 'casebook.sqlite'}"
