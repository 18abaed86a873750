"""The casebook's migrations: to the newest one at opening, and to any other when a version is taken back."""

from __future__ import annotations

from importlib.resources import files

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from lianshen.cases.errors import CasebookError
from lianshen.cases.store import writing

LOCK = 0x11A45E


def _config() -> Config:
    config = Config()
    folder = str(files("lianshen.cases") / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config


def revisions() -> list[str]:
    """Return the revisions that this version knows, oldest first."""
    script = ScriptDirectory.from_config(_config())
    return [revision.revision for revision in script.walk_revisions()][::-1]


def revision_of(engine: Engine) -> str | None:
    """Return the revision that the casebook is at, or None where it has no tables yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_newest(engine: Engine) -> bool:
    """Return whether the casebook is at the newest migration; an unreachable one raises."""
    return revision_of(engine) == revisions()[-1]


def migrate(engine: Engine) -> None:
    """Bring the casebook to the newest migration; two processes at once are fine.

    :raises CasebookError: if a newer version wrote it.
    """
    known, found = revisions(), revision_of(engine)
    if found == known[-1]:
        return
    if found is not None and found not in known:
        raise CasebookError(
            f"the casebook at {engine.url!s} is at migration {found}, which this version does not know: "
            "install the version of Lianshen that wrote it, or a newer one"
        )
    with writing(engine) as connection:
        command.upgrade(_locked(connection), "head")


def migrate_to(engine: Engine, revision: str) -> None:
    """Bring an empty database to a revision, to put in what was kept at that revision."""
    with writing(engine) as connection:
        command.upgrade(_locked(connection), revision)


def migrate_back(engine: Engine, revision: str) -> None:
    """Take the casebook back to an older migration, for the version that knew no newer one.

    What the newer version alone could keep is gone: back up first.

    :raises CasebookError: for a revision that is unknown or not older.
    """
    known, found = revisions(), revision_of(engine)
    if revision not in known or found not in known or known.index(revision) >= known.index(found):
        raise CasebookError(f"the casebook is at migration {found}: back means one of {', '.join(known[:-1])}")
    with writing(engine) as connection:
        command.downgrade(_locked(connection), revision)


def _locked(connection: Connection) -> Config:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    config = _config()
    config.attributes["connection"] = connection
    return config
