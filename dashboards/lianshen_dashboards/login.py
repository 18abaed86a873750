"""Sign-in, sign-out and the health check: the only pages that need no session.

The sign-in page is one static document: before somebody has signed in, no bundle and no map of
callbacks leaves the server.
"""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from lianshen.agency import agencies
from lianshen.cases.errors import SignInFailed
from lianshen.cases.services import sign_in, sign_out
from lianshen.cases.store import Casebook
from lianshen_dashboards.security import CSRF_COOKIE, SESSION_COOKIE, client_ip
from lianshen_dashboards.texts import say

STYLE = """
:root{--ink:#1b2733;--sub:#4f5d6b;--line:#c5ced8;--paper:#fff;--primary:#1d5c8c;--on:#fff;--red:#b42318;--red-bg:#fceae8;
--amber:#8f5200;--amber-bg:#fbf0dd;--deep:#173f61}
@media (prefers-color-scheme:dark){:root{--ink:#e4eaf0;--sub:#b3bfca;--line:#3a4754;--paper:#1a222b;--primary:#6aa6d6;
--on:#0e1a24;--red:#f59084;--red-bg:#43211e;--amber:#edb45f;--amber-bg:#3a2e18;--deep:#12202d}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;grid-template-columns:1.15fr 1fr;background:var(--paper);
color:var(--ink);font:14px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
.left{display:flex;flex-direction:column;justify-content:center;gap:40px;padding:6vh 7vw;background:var(--deep);color:#e6eef5}
.left h1{margin:0 0 8px;font-size:26px;font-weight:600;letter-spacing:.04em}.left p{max-width:34em;margin:0;color:#bbd0e2}
.tiles{display:grid;grid-template-columns:repeat(6,44px);grid-auto-rows:38px;gap:5px}
.tiles i{display:grid;place-items:center;border-radius:3px;background:rgba(255,255,255,.09);color:#9fbdd6;font-size:12px;font-style:normal}
.right{display:grid;place-items:center;padding:24px}form{width:320px}h2{margin:0 0 18px;font-size:18px;font-weight:600}
label{display:block;margin:12px 0 4px;color:var(--sub);font-size:13px}
input{width:100%;height:36px;padding:0 10px;border:1px solid var(--line);border-radius:4px;background:var(--paper);color:inherit;font:inherit}
input:focus-visible,button:focus-visible{outline:2px solid #2b7bb9;outline-offset:1px}
button{width:100%;height:38px;margin-top:20px;border:0;border-radius:4px;background:var(--primary);color:var(--on);
font:600 14px "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;cursor:pointer}
.note{margin-top:18px;color:var(--sub);font-size:12px}.said{margin:0 0 14px;padding:8px 12px;border-radius:4px}
.said.red{background:var(--red-bg);color:var(--red)}.said.amber{background:var(--amber-bg);color:var(--amber)}
.old{display:block}@supports (inset:0) and (color:color-mix(in srgb,red,blue)){.old{display:none}}
@media (max-width:860px){body{grid-template-columns:1fr}.left{display:none}}
"""


def _tiles() -> str:
    return "".join(
        f'<i style="grid-column:{agency.tile_col + 1};grid-row:{agency.tile_row + 1}">'
        f"{escape(agency.name_zh.removesuffix('市').removesuffix('州')[:3])}</i>"
        for agency in agencies().values()
    )


def sign_in_page(next_url: str = "/", message: str = "", tone: str = "red") -> str:
    """Return the sign-in document; ``message`` is shown above the fields."""
    said = f'<p class="said {tone}" role="alert">{escape(message)}</p>' if message else ""
    return f"""<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{say("login.title")} · {say("app.name")}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><style>{STYLE}</style></head><body>
<div class="left"><div><h1>{say("app.name")}</h1><p>{say("login.promise")}</p></div>
<div class="tiles" aria-hidden="true">{_tiles()}</div></div>
<main class="right"><form method="post" action="/login"><h2>{say("login.title")}</h2>{said}
<p class="said amber old">{say("login.old_browser")}</p>
<label for="login">{say("login.name")}</label>
<input id="login" name="login" autocomplete="username" maxlength="40" autofocus required>
<label for="password">{say("login.password")}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="200" required>
<input type="hidden" name="next" value="{escape(next_url, quote=True)}">
<button>{say("login.button")}</button><p class="note">{say("login.note")}</p></form></main></body></html>"""


def safe_next(url: str) -> str:
    """Return ``url`` if it stays on this site, else the start page."""
    inside = url.startswith("/") and not url.startswith("//") and "\\" not in url and "\n" not in url
    return url if inside else "/"


def router(book: Casebook) -> APIRouter:
    """Return the routes that need no session."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/healthz")
    def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok")

    @routes.get("/login")
    def form(next: str = "/", expired: str = "") -> HTMLResponse:
        message = say("login.expired") if expired else ""
        return HTMLResponse(sign_in_page(safe_next(next), message, "amber"))

    @routes.post("/login")
    def enter(request: Request, login: str = Form(), password: str = Form(), next: str = Form("/")) -> Response:
        try:
            session = sign_in(book, login, password, ip=client_ip(request.scope))
        except SignInFailed as error:
            return HTMLResponse(sign_in_page(safe_next(next), str(error)), status_code=401)
        answer = RedirectResponse(safe_next(next), status_code=303)
        secure = request.url.scheme == "https"
        longest = book.terms.session_hours * 3600
        # Lax, not strict: links from the office mail have to arrive signed in.
        answer.set_cookie(
            SESSION_COOKIE, session.token, max_age=longest, httponly=True, samesite="lax", secure=secure
        )
        answer.set_cookie(CSRF_COOKIE, session.principal.csrf, max_age=longest, samesite="strict", secure=secure)
        return answer

    @routes.post("/logout")
    def leave(request: Request) -> JSONResponse:
        sign_out(book, request.cookies.get(SESSION_COOKIE, ""))
        answer = JSONResponse({"signed_out": True})
        answer.delete_cookie(SESSION_COOKIE)
        answer.delete_cookie(CSRF_COOKIE)
        return answer

    return routes
