"""Sign-in and sign-out: the pages that need no session.

The sign-in page is one static document: before somebody has signed in, no bundle and no map of
callbacks leaves the server.
"""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from lianshen.agency import agencies
from lianshen.cases.errors import PasswordDue, Refused, SignInFailed
from lianshen.cases.services import sign_in, sign_out
from lianshen.cases.store import Casebook
from lianshen_dashboards.security import CSRF_COOKIE, SESSION_COOKIE, client_ip
from lianshen_dashboards.texts import say

WORDS = ("title", "promise", "name", "password", "button", "note", "old_browser")


def _tiles() -> str:
    return "".join(
        f'<i style="grid-column:{agency.tile_col + 1};grid-row:{agency.tile_row + 1}">'
        f"{escape(agency.name_zh.removesuffix('市'))}</i>"
        for agency in agencies().values()
    )


@cache
def _document() -> Template:
    return Template((files("lianshen_dashboards") / "login.html").read_text(encoding="utf-8"))


def sign_in_page(next_url: str = "/", message: str = "", tone: str = "red", *, is_due: bool = False) -> str:
    """Return the sign-in document; ``message`` is shown above the fields, ``is_due`` asks for a new password too."""
    said = f'<p class="said {tone}" role="alert">{escape(message)}</p>' if message else ""
    words = {name: escape(say(f"login.{name}")) for name in WORDS}
    return _document().substitute(
        words,
        app=escape(say("app.name")),
        tiles=_tiles(),
        said=said,
        next=escape(next_url, quote=True),
        new=_new_password_fields() if is_due else "",
    )


def _new_password_fields() -> str:
    return "".join(
        f'<label for="{name}">{escape(say(f"login.{name}"))}</label><input id="{name}" name="{name}" type="password" '
        'autocomplete="new-password" minlength="10" maxlength="200" required>'
        for name in ("new_password", "new_again")
    )


def safe_next(url: str) -> str:
    """Return ``url`` if it stays on this site, else the start page."""
    inside = url.startswith("/") and not url.startswith("//") and "\\" not in url and "\n" not in url
    return url if inside else "/"


def router(book: Casebook) -> APIRouter:
    """Return the routes that need no session."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/login")
    def form(next: str = "/", expired: str = "") -> HTMLResponse:
        message = say("login.expired") if expired else ""
        return HTMLResponse(sign_in_page(safe_next(next), message, "amber"))

    @routes.post("/login")
    def enter(
        request: Request,
        login: str = Form(),
        password: str = Form(),
        next: str = Form("/"),
        new_password: str | None = Form(None),
        new_again: str | None = Form(None),
    ) -> Response:
        if new_password != new_again:
            told = sign_in_page(safe_next(next), say("login.differ"), is_due=True)
            return HTMLResponse(told, status_code=422)
        try:
            session = sign_in(book, login, password, client_ip(request.scope), new_password)
        except PasswordDue as error:
            return HTMLResponse(sign_in_page(safe_next(next), str(error), "amber", is_due=True), status_code=401)
        except Refused as error:
            return HTMLResponse(sign_in_page(safe_next(next), str(error), is_due=True), status_code=422)
        except SignInFailed as error:
            return HTMLResponse(sign_in_page(safe_next(next), str(error)), status_code=401)
        answer = RedirectResponse(safe_next(next), status_code=303)
        secure = request.url.scheme == "https"
        longest = book.terms.session_hours * 3600
        # Lax, not strict: links from the office mail have to arrive signed in.
        answer.set_cookie(SESSION_COOKIE, session.token, max_age=longest, httponly=True, samesite="lax", secure=secure)
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
