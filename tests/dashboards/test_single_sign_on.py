"""Single sign-on against a real issuer: who it proves gets in where an account is theirs, and nobody else does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from dashboards.seed import PASSWORD
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from oidc_provider_mock import run_server_in_thread
from starlette.testclient import TestClient

from lianshen.cases import services
from lianshen.cases.domain import Principal
from lianshen.cases.services.accounts import grant_role
from lianshen.cases.store import Casebook
from lianshen.config import Settings
from lianshen.errors import UsageError
from lianshen_dashboards.app import create_app
from lianshen_dashboards.oidc import SingleSignOn

CLIENT = "lianshen"
SECURITY = Principal(90, "anquan", "安全管理员甲", "secadmin")


@pytest.fixture
def issuer() -> Iterator[str]:
    with run_server_in_thread(require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


def browser(book: Casebook, issuer: str, **settings: Any) -> TestClient:
    chosen = Settings(oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_client_secret="s", **settings)
    return TestClient(create_app(book, sso=SingleSignOn(chosen)), follow_redirects=False)


def prove(client: TestClient, issuer: str, subject: str, next_url: str = "/queue?state=new", **claims: str) -> Any:
    """Go to the issuer, sign in there as the subject, and come back."""
    if claims:
        httpx.put(f"{issuer}/users/{subject}", json=claims).raise_for_status()
    return client.get(consent(client, subject, next_url))


def consent(client: TestClient, subject: str, next_url: str = "/") -> str:
    """Sign in at the issuer; return the address to which it sends the browser back."""
    away = client.get("/login/sso", params={"next": next_url})
    assert away.status_code == 303
    back = httpx.post(away.headers["location"], data={"sub": subject})
    assert back.status_code == 302, back.text
    return back.headers["location"]


def test_the_sign_in_page_offers_it_only_where_it_is_set_up(book: Casebook, issuer: str) -> None:
    assert (
        'href="/login/sso?next=/queue%3Fstate%3Dnew"' in browser(book, issuer).get("/login?next=/queue?state=new").text
    )
    plain = TestClient(create_app(book), follow_redirects=False)
    assert "/login/sso" not in plain.get("/login").text
    for path in ("/login/sso", "/login/sso/callback"):
        answer = plain.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_an_existing_account_is_linked_by_its_login_and_stays_linked_to_the_subject(
    book: Casebook, issuer: str
) -> None:
    client = browser(book, issuer)
    answer = prove(client, issuer, "u-1", preferred_username="Mianyang")
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/queue?state=new"
    assert client.get("/api/v1/me").json()["login"] == "mianyang"
    assert "sso" not in client.cookies
    # The issuer renames the person, and gives the name to somebody else.
    again = browser(book, issuer)
    assert prove(again, issuer, "u-1", preferred_username="renamed").status_code == 303
    assert again.get("/api/v1/me").json()["login"] == "mianyang"
    other = browser(book, issuer)
    assert prove(other, issuer, "u-2", preferred_username="mianyang").status_code == 401
    assert "sid" not in other.cookies


def test_the_session_is_like_any_other(book: Casebook, issuer: str) -> None:
    client = browser(book, issuer)
    prove(client, issuer, "u-1", preferred_username="mianyang")
    assert client.post("/api/v1/bulk", json={}).status_code == 403
    client.headers["X-CSRFToken"] = client.cookies["_csrf_token"]
    assert client.post("/api/v1/bulk", json={}).status_code == 422
    assert client.post("/logout").status_code == 200
    assert client.get("/api/v1/me").status_code == 401


def test_who_has_no_account_gets_none_unless_that_is_wanted(book: Casebook, issuer: str) -> None:
    before = services.list_users(services.OPERATOR, book)
    client = browser(book, issuer)
    answer = prove(client, issuer, "u-9", preferred_username="newcomer", name="新来的")
    assert answer.status_code == 401
    assert "没有与之对应的在用账号" in answer.text
    assert services.list_users(services.OPERATOR, book) == before
    wanted = browser(book, issuer, oidc_provision=True)
    answer = prove(wanted, issuer, "u-9")
    assert answer.status_code == 401
    assert "待安全管理员授予角色" in answer.text
    made = next(user for user in services.list_users(services.OPERATOR, book) if user["login"] == "newcomer")
    assert made["role"] == ""
    grant_role(SECURITY, book, "newcomer", "reviewer")
    assert prove(wanted, issuer, "u-9").status_code == 303
    assert wanted.get("/api/v1/me").json()["role"] == "reviewer"


@pytest.mark.parametrize("login", ["xitong", "nobody at all", "api:mianyang-his", "operator", "system"])
def test_administrators_and_reserved_names_are_not_linked(book: Casebook, issuer: str, login: str) -> None:
    client = browser(book, issuer, oidc_provision=True)
    assert prove(client, issuer, "u-3", preferred_username=login).status_code == 401
    assert "sid" not in client.cookies


def test_a_disabled_account_stays_closed(book: Casebook, issuer: str) -> None:
    assert prove(browser(book, issuer), issuer, "u-1", preferred_username="mianyang").status_code == 303
    services.disable_user(services.OPERATOR, book, "mianyang")
    assert prove(browser(book, issuer), issuer, "u-1").status_code == 401


def test_a_code_brought_by_another_browser_opens_nothing(book: Casebook, issuer: str) -> None:
    httpx.put(f"{issuer}/users/u-1", json={"preferred_username": "mianyang"})
    victim, attacker = browser(book, issuer), browser(book, issuer)
    stolen = consent(attacker, "u-1")
    assert victim.get(stolen).status_code == 401  # no cookie at all
    victim.get("/login/sso")
    assert victim.get(stolen).status_code == 401  # another state
    assert "sid" not in victim.cookies
    own = victim.get("/login/sso")
    state = parse_qs(urlsplit(own.headers["location"]).query)["state"][0]
    code = parse_qs(urlsplit(stolen).query)["code"][0]
    swapped = victim.get("/login/sso/callback", params={"state": state, "code": code})
    assert swapped.status_code == 401  # the verifier, or the nonce, is not of that code
    assert "sid" not in victim.cookies


def test_a_code_serves_once(book: Casebook, issuer: str) -> None:
    httpx.put(f"{issuer}/users/u-1", json={"preferred_username": "mianyang"})
    client = browser(book, issuer)
    back = consent(client, "u-1")
    cookie = client.cookies["sso"]
    assert client.get(back).status_code == 303
    other = browser(book, issuer)
    other.cookies.set("sso", cookie, path="/login")
    assert other.get(back).status_code == 401


def test_who_declines_at_the_issuer_is_told_so(book: Casebook, issuer: str) -> None:
    client = browser(book, issuer)
    away = client.get("/login/sso")
    back = httpx.post(away.headers["location"], data={"action": "deny"})
    answer = client.get(back.headers["location"])
    assert answer.status_code == 401
    assert "单点登录未成功" in answer.text


def test_an_issuer_that_is_down_leaves_the_password(book: Casebook) -> None:
    client = browser(book, "http://localhost:9")
    answer = client.get("/login/sso")
    assert answer.status_code == 503
    assert "暂时不可用" in answer.text
    assert client.post("/login", data={"login": "shenhe", "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize("where", ["//evil.example", "https://evil.example/", "/\\evil"])
def test_nobody_is_sent_elsewhere_afterwards(book: Casebook, issuer: str, where: str) -> None:
    answer = prove(browser(book, issuer), issuer, "u-1", where, preferred_username="mianyang")
    assert answer.headers["location"] == "/"


def test_an_issuer_without_tls_is_refused_but_on_this_machine() -> None:
    with pytest.raises(UsageError):
        SingleSignOn(Settings(oidc_issuer="http://sso.example.cn", oidc_client_id=CLIENT))
    with pytest.raises(UsageError):
        SingleSignOn(Settings(oidc_issuer="https://sso.example.cn"))


class Forger:
    """An issuer that hands out whatever token a test makes."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
        self.token = ""
        self.issuer = ""
        forger = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/jwks":
                    self._say({"keys": [forger.key.as_dict(private=False)]})
                else:
                    paths = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/jwks"}
                    self._say({"issuer": forger.issuer, **{n: forger.url + path for n, path in paths.items()}})

            def do_POST(self) -> None:
                self._say({"id_token": forger.token})

            def _say(self, said: dict[str, Any]) -> None:
                body = json.dumps(said).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                return None

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def signed_with_public_key(claims: dict[str, Any], key: RSAKey) -> str:
    """Return a token under a secret that everybody knows: a careless reader takes the public key for one."""

    def packed(said: bytes) -> str:
        return base64.urlsafe_b64encode(said).decode().rstrip("=")

    signed = f"{packed(json.dumps({'alg': 'HS256', 'kid': 'one'}).encode())}.{packed(json.dumps(claims).encode())}"
    return f"{signed}.{packed(hmac.new(key.as_pem(private=False), signed.encode(), hashlib.sha256).digest())}"


FORGERIES: dict[str, dict[str, Any]] = {
    "another client's": {"aud": "other"},
    "for several, by another": {"aud": [CLIENT, "other"], "azp": "other"},
    "another issuer's": {"iss": "https://other.example.cn"},
    "past its end": {"exp": 1_000_000_000},
    "without end": {"exp": None},
    "of the future": {"nbf": 9_000_000_000},
    "of another sign-in": {"nonce": "other"},
    "without nonce": {"nonce": None},
    "of nobody": {"sub": None},
}


@pytest.mark.parametrize("how", ["right", *FORGERIES, "another key's", "unsigned", "signed with the public key"])
def test_a_token_that_is_not_the_issuers_word_for_this_sign_in_is_refused(book: Casebook, how: str) -> None:
    with closing(Forger()) as forger:
        client = browser(book, forger.issuer)
        away = parse_qs(urlsplit(client.get("/login/sso").headers["location"]).query)
        claims = {"iss": forger.issuer, "sub": "u-1", "aud": CLIENT, "exp": int(time.time()) + 60,
                  "iat": int(time.time()), "nonce": away["nonce"][0], "preferred_username": "mianyang"}  # fmt: skip
        claims |= FORGERIES.get(how, {})
        claims = {name: value for name, value in claims.items() if value is not None}
        key: Any = forger.key
        algorithm = "RS256"
        if how == "another key's":
            key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
        if how == "unsigned":
            key, algorithm = OctKey.import_key("x" * 32), "none"
        forger.token = jwt.encode({"alg": algorithm, "kid": "one"}, claims, key, algorithms=[algorithm])
        if how == "signed with the public key":
            forger.token = signed_with_public_key(claims, forger.key)
        answer = client.get("/login/sso/callback", params={"state": away["state"][0], "code": "c"})
        assert answer.status_code == (303 if how == "right" else 401), answer.text
        assert ("sid" in client.cookies) == (how == "right")
