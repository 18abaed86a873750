"""The one gate before everything: session or token, forgery check, and the headers of every answer.

Pure ASGI, so that it covers Dash's own routes, assets, REST and the sign-in page alike. Without a session
a page leads to the sign-in page, and anything else gets 401. A write needs the session's own token in a
header, which another site can neither read nor send. An agency's system sends its bearer token instead of a cookie.
"""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lianshen.cases.domain import Principal
from lianshen.cases.services import principal_for
from lianshen.cases.services.tokens import principal_of_token
from lianshen.cases.store import Casebook
from lianshen_dashboards.context import principal_of_request
from lianshen_dashboards.problems import problem

SESSION_COOKIE = "sid"
# Dash's renderer sends the cookie of this name back as the header X-CSRFToken.
CSRF_COOKIE = "_csrf_token"
OPEN_PATHS = frozenset({"/login", "/login/sso", "/login/sso/callback", "/healthz", "/readyz", "/metrics"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def client_ip(scope: MutableMapping[str, Any]) -> str:
    """Return the address of the client as the server saw it."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def content_security_policy(script_hashes: list[str]) -> str:
    """Return the policy: scripts only from here or with a known hash, nothing evaluated, nothing from elsewhere."""
    scripts = " ".join(["'self'", *(f"'{value.strip(chr(39))}'" for value in script_hashes)])
    rules = {
        "default-src": "'self'",
        "script-src": scripts,
        # AG Grid and plotly write style elements.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "frame-ancestors": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class Gate:
    """ASGI middleware: finds who is asking, checks writes, adds headers."""

    def __init__(self, app: ASGIApp, book: Casebook, policy: str) -> None:
        self.app = app
        self.book = book
        self.headers = [
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"content-security-policy", policy.encode()),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its principal, or answer it here."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4404})
            return
        answer = self._with_headers(scope, send)
        if scope["path"] in OPEN_PATHS:
            await self.app(scope, receive, answer)
            return
        who = await self._who(scope, HTTPConnection(scope))
        if not isinstance(who, Principal):
            await who(scope, receive, answer)
            return
        remembered = principal_of_request.set(who)
        try:
            await self.app(scope, receive, answer)
        finally:
            principal_of_request.reset(remembered)

    async def _who(self, scope: Scope, connection: HTTPConnection) -> Principal | ASGIApp:
        """Return who is asking, or the answer where that is not known or not enough."""
        token = connection.cookies.get(SESSION_COOKIE, "")
        if "authorization" in connection.headers:
            return await self._system(scope, connection, token)
        principal = await run_in_threadpool(principal_for, self.book, token, client_ip(scope)) if token else None
        if principal is None:
            return _unknown(scope, connection)
        if scope["method"] not in READING and not _own_write(connection, principal):
            return problem(403, "forged", "请求缺少本会话的防伪令牌，请刷新页面后重试。")
        return principal

    async def _system(self, scope: Scope, connection: HTTPConnection, session: str) -> Principal | ASGIApp:
        """Return the system that a bearer token stands for; it reaches the interface and nothing else.

        No browser sends such a header on another site's behalf, so that a write needs no further proof.
        """
        if session:
            return problem(400, "two-identities", "请求同时带有会话 Cookie 与 Authorization，请只用其一。")
        if not scope["path"].startswith("/api/"):
            return problem(403, "interface-only", "接口令牌只能用于 /api/。")
        scheme, _, token = connection.headers["authorization"].partition(" ")
        found = None
        if scheme.lower() == "bearer":
            found = await run_in_threadpool(principal_of_token, self.book, token.strip(), client_ip(scope))
        if found is None:
            refusal = problem(401, "bad-token", "接口令牌无效、已撤销或已到期。")
            refusal.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
            return refusal
        return found

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        path = scope["path"]
        lasting = path.startswith(("/assets/", "/_dash-component-suites/"))

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                message["headers"] += self.headers
                if not lasting:
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        return answer


def _unknown(scope: Scope, connection: HTTPConnection) -> ASGIApp:
    wants_page = scope["method"] == "GET" and "text/html" in connection.headers.get("accept", "")
    if not wants_page:
        refusal = problem(401, "signed-out", "请先登录。")
        refusal.headers["WWW-Authenticate"] = "Bearer"
        return refusal
    query = scope["query_string"].decode("latin-1")
    return RedirectResponse("/login?next=" + quote(scope["path"] + (f"?{query}" if query else "")), status_code=303)


def _own_write(connection: HTTPConnection, principal: Principal) -> bool:
    sent = connection.headers.get("x-csrftoken", "")
    from_here = connection.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return from_here and bool(principal.csrf) and secrets.compare_digest(sent.encode(), principal.csrf.encode())
