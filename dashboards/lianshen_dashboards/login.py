"""Sign-in and sign-out: the pages that need no session.

The sign-in page is one static document: before somebody has signed in, no bundle and no map of
callbacks leaves the server.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from lianshen.agency import agencies
from lianshen.cases.errors import PasswordDue, Refused, SignInFailed
from lianshen.cases.services import SignedIn, sign_in, sign_out
from lianshen.cases.services.single_sign_on import sign_in_proved
from lianshen.cases.store import Casebook
from lianshen_dashboards.oidc import BEGIN, CALLBACK, Pending, SingleSignOn
from lianshen_dashboards.security import CSRF_COOKIE, SESSION_COOKIE, client_ip
from lianshen_dashboards.texts import say

SSO_COOKIE = "sso"
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


def sign_in_page(
    next_url: str = "/", message: str = "", tone: str = "red", *, is_due: bool = False, has_sso: bool = False
) -> str:
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
        sso=_single_sign_on(next_url) if has_sso else "",
    )


def _single_sign_on(next_url: str) -> str:
    address = escape(f"{BEGIN}?next={quote(next_url)}", quote=True)
    return f'<p class="or">{escape(say("sso.or"))}</p><a class="sso" href="{address}">{escape(say("sso.button"))}</a>'


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


def router(book: Casebook, sso: SingleSignOn | None = None) -> APIRouter:
    """Return the routes that need no session; ``sso`` adds those of single sign-on."""
    routes = APIRouter(include_in_schema=False)
    page = partial(sign_in_page, has_sso=sso is not None)

    @routes.get("/login")
    def form(next: str = "/", expired: str = "") -> HTMLResponse:
        message = say("login.expired") if expired else ""
        return HTMLResponse(page(safe_next(next), message, "amber"))

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
            told = page(safe_next(next), say("login.differ"), is_due=True)
            return HTMLResponse(told, status_code=422)
        try:
            session = sign_in(book, login, password, client_ip(request.scope), new_password)
        except PasswordDue as error:
            return HTMLResponse(page(safe_next(next), str(error), "amber", is_due=True), status_code=401)
        except Refused as error:
            return HTMLResponse(page(safe_next(next), str(error), is_due=True), status_code=422)
        except SignInFailed as error:
            return HTMLResponse(page(safe_next(next), str(error)), status_code=401)
        return entered(book, request, session, safe_next(next))

    @routes.post("/logout")
    def leave(request: Request) -> JSONResponse:
        sign_out(book, request.cookies.get(SESSION_COOKIE, ""))
        answer = JSONResponse({"signed_out": True})
        answer.delete_cookie(SESSION_COOKIE)
        answer.delete_cookie(CSRF_COOKIE)
        return answer

    if sso is not None:
        _add_single_sign_on(routes, book, sso, page)
    else:
        # The gate lets these addresses through: without a route of ours the pages' own server would answer them.
        for path in (BEGIN, CALLBACK):
            routes.add_api_route(path, lambda: RedirectResponse("/login", status_code=303))
    return routes


def entered(book: Casebook, request: Request, session: SignedIn, next_url: str) -> RedirectResponse:
    """Return the answer that gives the browser its session."""
    answer = RedirectResponse(next_url, status_code=303)
    secure = request.url.scheme == "https"
    longest = book.terms.session_hours * 3600
    # Lax, not strict: links from the office mail have to arrive signed in.
    answer.set_cookie(SESSION_COOKIE, session.token, max_age=longest, httponly=True, samesite="lax", secure=secure)
    answer.set_cookie(CSRF_COOKIE, session.principal.csrf, max_age=longest, samesite="strict", secure=secure)
    return answer


def _add_single_sign_on(routes: APIRouter, book: Casebook, sso: SingleSignOn, page: Callable[..., str]) -> None:
    @routes.get(BEGIN)
    def leave_for_issuer(request: Request, next: str = "/") -> Response:
        try:
            address, pending = sso.begin(safe_next(next), _callback(request))
        except SignInFailed as error:
            return HTMLResponse(page(safe_next(next), str(error)), status_code=503)
        answer = RedirectResponse(address, status_code=303)
        answer.set_cookie(
            SSO_COOKIE, pending.packed(), max_age=600, path="/login", httponly=True, samesite="lax",
            secure=request.url.scheme == "https",
        )  # fmt: skip
        return answer

    @routes.get(CALLBACK)
    def come_back(request: Request) -> Response:
        pending = Pending.unpacked(request.cookies.get(SSO_COOKIE, ""))
        next_url = safe_next(pending.next) if pending else "/"
        answer: Response
        try:
            who = sso.finish(request.query_params, pending, _callback(request))
            session = sign_in_proved(book, who, client_ip(request.scope), provision=sso.settings.oidc_provision)
            answer = entered(book, request, session, next_url)
        except SignInFailed as error:
            answer = HTMLResponse(page(next_url, str(error)), status_code=401)
        answer.delete_cookie(SSO_COOKIE, path="/login")
        return answer


def _callback(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{CALLBACK}"
