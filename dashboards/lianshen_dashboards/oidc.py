"""Single sign-on by OpenID Connect: the code flow with PKCE, state and nonce, and a token that is verified here.

What has to be remembered between leaving and coming back stays with the browser that left, in a cookie of ten
minutes: a code that somebody else brings finds none. The issuer says who it is; what that person may do is ours.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from lianshen.cases.errors import SignInFailed
from lianshen.cases.services.single_sign_on import Proved
from lianshen.config import Settings
from lianshen.errors import UsageError

LOG = logging.getLogger(__name__)
BEGIN = "/login/sso"
CALLBACK = "/login/sso/callback"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures with a public key; whoever can verify one must not be able to make one."""
LEEWAY = 60
KEPT_SECONDS = 3600
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
FAILED = "单点登录未成功，请重试；若仍不行，请使用用户名和密码"
UNREACHABLE = "单点登录服务暂时不可用，请稍后再试，或使用用户名和密码"


@dataclass(frozen=True)
class Pending:
    """What the browser remembers while it is away: nothing that would open anything for somebody else."""

    state: str
    nonce: str
    verifier: str
    next: str

    def packed(self) -> str:
        """Return it as the value of a cookie."""
        return base64.urlsafe_b64encode(json.dumps(vars(self)).encode()).decode()

    @classmethod
    def unpacked(cls, cookie: str) -> Pending | None:
        """Read it from a cookie; None where it is none of ours."""
        try:
            said = json.loads(base64.urlsafe_b64decode(cookie))
            found = cls(**said)
        except (ValueError, TypeError):
            return None
        return found if all(isinstance(value, str) and value for value in vars(found).values()) else None


class SingleSignOn:
    """One issuer, as the settings name it."""

    def __init__(self, settings: Settings) -> None:
        self.issuer = settings.oidc_issuer or ""
        self.settings = settings
        if not self.issuer or not settings.oidc_client_id:
            raise UsageError("single sign-on: set LIANSHEN_OIDC_ISSUER and LIANSHEN_OIDC_CLIENT_ID")
        _only_safe(self.issuer)
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}

    @classmethod
    def of(cls, settings: Settings) -> SingleSignOn | None:
        """Return the single sign-on of the settings, or None where they name no issuer."""
        return cls(settings) if settings.oidc_issuer else None

    def begin(self, next_url: str, redirect: str) -> tuple[str, Pending]:
        """Return the issuer's address to send the browser to, and what it has to remember.

        :raises SignInFailed: if the issuer cannot be reached.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        pending = Pending(state, nonce, verifier, next_url)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(pending.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self.settings.oidc_client_id,
            "redirect_uri": self.settings.oidc_redirect or redirect,
            "scope": self.settings.oidc_scope,
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        address = self._endpoint("authorization_endpoint")
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", pending

    def finish(self, query: Mapping[str, str], pending: Pending | None, redirect: str) -> Proved:
        """Return who came back, after trading the code for a token and verifying it.

        :raises SignInFailed: if anything about it is not as it should be; the log says what.
        """
        if pending is None or not secrets.compare_digest(query.get("state", "").encode(), pending.state.encode()):
            raise self._refused("state is not the one that left with this browser")
        if query.get("error") or not query.get("code"):
            raise self._refused(f"the issuer answered {query.get('error', 'without a code')[:80]!r}")
        claims = self._verified(self._traded(query["code"], pending, redirect), pending.nonce)

        def said(name: str) -> str | None:
            value = claims.get(name) if name else None
            return value if isinstance(value, str) and value else None

        return Proved(
            self.issuer,
            str(claims["sub"]),
            said(self.settings.oidc_login_claim),
            said("name"),
            said(self.settings.oidc_agency_claim),
        )

    def _traded(self, code: str, pending: Pending, redirect: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.settings.oidc_redirect or redirect,
            "code_verifier": pending.verifier,
        }
        secret = self.settings.oidc_client_secret.get_secret_value()
        credentials = (self.settings.oidc_client_id, secret) if secret else None
        if credentials is None:
            form["client_id"] = self.settings.oidc_client_id
        answer = self._asked("POST", self._endpoint("token_endpoint"), data=form, auth=credentials)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise self._refused("the token endpoint gave no id_token")
        return token

    def _verified(self, token: str, nonce: str) -> dict[str, Any]:
        """Return the claims of a token that the issuer signed, for us, for this sign-in, and not long ago."""
        address = self._endpoint("jwks_uri")
        try:
            try:
                found = jwt.decode(token, KeySet.import_key_set(self._document(address)), ALGORITHMS)  # type: ignore[arg-type]
            except (JoseError, ValueError):
                # The issuer may have changed its keys since we read them.
                self._known.pop(address, None)
                found = jwt.decode(token, KeySet.import_key_set(self._document(address)), ALGORITHMS)  # type: ignore[arg-type]
            jwt.JWTClaimsRegistry(
                now=lambda: int(time.time()),
                leeway=LEEWAY,
                iss={"essential": True, "value": self.issuer},
                sub={"essential": True},
                aud={"essential": True, "value": self.settings.oidc_client_id},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(found.claims)
        except (JoseError, ValueError, TypeError) as error:
            raise self._refused(f"id_token: {type(error).__name__}: {error}") from error
        claims: dict[str, Any] = found.claims
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several or "azp" in claims) and claims.get("azp") != self.settings.oidc_client_id:
            raise self._refused("id_token: azp names another client")
        return claims

    def _endpoint(self, name: str) -> str:
        said = self._document(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if said.get("issuer") != self.issuer:
            raise self._refused(f"the discovery document is of issuer {said.get('issuer')!r}")
        address = said.get(name)
        if not isinstance(address, str):
            raise self._refused(f"the discovery document has no {name}")
        _only_safe(address)
        return address

    def _document(self, address: str) -> dict[str, Any]:
        kept = self._known.get(address)
        if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
            kept = self._known[address] = (time.monotonic(), self._asked("GET", address))
        return kept[1]

    def _asked(self, method: str, address: str, **given: Any) -> dict[str, Any]:
        try:
            answer = httpx.request(method, address, timeout=10.0, follow_redirects=False, **given)
            answer.raise_for_status()
            said = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            LOG.warning("single sign-on: %s %s: %s", method, address, error)
            raise SignInFailed(UNREACHABLE) from error
        if not isinstance(said, dict):
            raise self._refused(f"{address} answered no JSON object")
        return said

    def _refused(self, why: str) -> SignInFailed:
        LOG.warning("single sign-on refused: %s", why)
        return SignInFailed(FAILED)


def _only_safe(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
        raise UsageError(f"single sign-on: {address!r} must begin with https://; http:// only on this machine")
