"""The one gate before everything: session, forgery check, and the headers of every answer.

Pure ASGI, so that it covers Dash's own routes, assets, REST and the sign-in page alike. Without a session
a page leads to the sign-in page, and anything else gets 401. A write needs the session's own token in a
header, which another site can neither read nor send.
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
from lianshen.cases.store import Casebook
from lianshen_dashboards.context import principal_of_request
from lianshen_dashboards.problems import problem

SESSION_COOKIE = "sid"
# Dash's renderer sends the cookie of this name back as the header X-CSRFToken.
CSRF_COOKIE = "_csrf_token"
OPEN_PATHS = frozenset({"/login", "/healthz"})
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
    """ASGI middleware: finds the principal, checks writes, adds headers."""

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
        connection = HTTPConnection(scope)
        token = connection.cookies.get(SESSION_COOKIE, "")
        principal = await run_in_threadpool(principal_for, self.book, token, client_ip(scope)) if token else None
        if principal is None:
            await _unknown(scope, connection)(scope, receive, answer)
        elif scope["method"] not in READING and not _own_write(connection, principal):
            refusal = problem(403, "forged", "请求缺少本会话的防伪令牌，请刷新页面后重试。")
            await refusal(scope, receive, answer)
        else:
            remembered = principal_of_request.set(principal)
            try:
                await self.app(scope, receive, answer)
            finally:
                principal_of_request.reset(remembered)

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
        return problem(401, "signed-out", "请先登录。")
    query = scope["query_string"].decode("latin-1")
    return RedirectResponse("/login?next=" + quote(scope["path"] + (f"?{query}" if query else "")), status_code=303)


def _own_write(connection: HTTPConnection, principal: Principal) -> bool:
    sent = connection.headers.get("x-csrftoken", "")
    from_here = connection.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return from_here and bool(principal.csrf) and secrets.compare_digest(sent.encode(), principal.csrf.encode())
