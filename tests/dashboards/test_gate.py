"""Nobody gets in without a session, nobody writes without its token, and every answer carries the policy."""

from __future__ import annotations

import pytest
from dashboards.conftest import SignIn
from dashboards.seed import PASSWORD
from fastapi import FastAPI
from starlette.testclient import TestClient

from lianshen_dashboards.login import safe_next


def test_a_page_without_a_session_leads_to_the_sign_in_page_and_back(app: FastAPI) -> None:
    answer = TestClient(app, follow_redirects=False).get("/queue?state=new", headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/queue%3Fstate%3Dnew"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/cases",
        "/api/openapi.json",
        "/_dash-layout",
        "/_dash-dependencies",
        "/assets/60-core.js",
        "/_dash-component-suites/dash/deps/react@18.3.1.min.js",
    ],
)
def test_anything_else_without_a_session_is_refused(app: FastAPI, path: str) -> None:
    answer = TestClient(app).get(path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_health_check_needs_no_session(app: FastAPI) -> None:
    assert TestClient(app).get("/healthz").text == "ok"


@pytest.mark.parametrize("path", ["/api/v1/bulk", "/_dash-update-component", "/logout"])
def test_a_write_without_the_sessions_token_is_refused(sign_in: SignIn, path: str) -> None:
    client = sign_in("shenhe")
    for headers in ({"X-CSRFToken": ""}, {"X-CSRFToken": "guessed"}, {"sec-fetch-site": "cross-site"}):
        assert client.post(path, json={}, headers=headers).status_code == 403
    assert client.get("/api/v1/me").status_code == 200


def test_signing_out_ends_the_session_on_the_server(sign_in: SignIn) -> None:
    client = sign_in("shenhe")
    token = client.cookies["sid"]
    assert client.post("/logout").status_code == 200
    client.cookies.set("sid", token)
    assert client.get("/api/v1/me").status_code == 401


def test_a_wrong_password_says_so_and_five_of_them_lock_the_account(app: FastAPI) -> None:
    client = TestClient(app, follow_redirects=False)
    for _ in range(4):
        answer = client.post("/login", data={"login": "shenhe", "password": "wrong-password"})
        assert answer.status_code == 401
        assert "用户名或密码不正确" in answer.text
    assert "已暂时锁定" in client.post("/login", data={"login": "shenhe", "password": "wrong-password"}).text
    locked = client.post("/login", data={"login": "shenhe", "password": PASSWORD})
    assert locked.status_code == 401
    assert "sid" not in client.cookies


def test_an_expired_session_says_so(app: FastAPI) -> None:
    assert "登录已过期" in TestClient(app).get("/login?expired=1&next=/queue").text


@pytest.mark.parametrize("url", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\nb"])
def test_after_signing_in_nobody_is_sent_elsewhere(url: str) -> None:
    assert safe_next(url) == "/"


def test_the_name_in_the_address_is_not_executed(app: FastAPI) -> None:
    page = TestClient(app).get("/login", params={"next": '/queue?q="><script>alert(1)</script>'}).text
    assert "<script>" not in page


def test_every_answer_carries_the_policy_and_nothing_private_is_kept(sign_in: SignIn) -> None:
    client = sign_in("shenhe")
    for path in ("/queue", "/api/v1/cases", "/login", "/assets/60-core.js"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "unsafe-eval" not in policy
        assert "script-src 'self' 'sha256-" in policy
        assert headers["x-content-type-options"] == "nosniff"
    assert client.get("/api/v1/cases").headers["cache-control"] == "no-store"


def test_the_start_page_depends_on_the_role(sign_in: SignIn) -> None:
    starts = {
        "shenhe": "/queue?state=new",
        "mianyang": "/queue?state=released,accepted,returned",
        "guanli": "/overview",
        "xitong": "/admin/users",
    }
    for login, start in starts.items():
        assert sign_in(login).get("/").headers["location"] == start
