"""What moves on one's own page."""

from __future__ import annotations

from typing import Any

import dash
from dash import ALL, Input, Output, State
from flask import request

from lianshen.cases.errors import NotFound, Refused
from lianshen.cases.services import own_sessions, views
from lianshen.cases.services.sessions import change_password
from lianshen_dashboards import shell
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.listening import listen
from lianshen_dashboards.pages import me
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.security import SESSION_COOKIE
from lianshen_dashboards.texts import say

BAD, GOOD = "me-said bad", "me-said good"


def _token() -> str:
    return request.cookies.get(SESSION_COOKIE, "")


def layout(**_query: str) -> Part:
    """Return the page of whoever asks."""
    p, book = current(), desk().book
    own = views.list_views(p, book) if p.sees_cases else []
    names = {url: name for _, some in shell.links(p) for name, url in some}
    home = shell.home_of(p)
    return me.page(p, own, own_sessions.list_own_sessions(p, book, _token()), names.get(home, home))


def register(app: dash.Dash) -> None:
    """Register the page and its callbacks."""
    dash.register_page("me", path=me.PATH, title=me.TITLE, layout=layout)

    @listen(
        app,
        Output("me-password-said", "children"),
        Output("me-password-said", "className"),
        *[Output(f"me-{name}", "value") for name in me.PASSWORDS],
        Output("me-sessions", "children"),
        Input("me-password-do", "n_clicks"),
        *[State(f"me-{name}", "value") for name in me.PASSWORDS],
    )
    def change(_clicks: int | None, old: str | None, new: str | None, again: str | None) -> tuple[Any, ...]:
        p, book = current(), desk().book
        kept = (dash.no_update,) * 4
        if (new or "") != (again or ""):
            return (say("me.password_differ"), BAD, *kept)
        try:
            change_password(p, book, old or "", new or "", keep_token=_token())
        except Refused as error:
            return (str(error), BAD, *kept)
        listed = me.sessions_table(own_sessions.list_own_sessions(p, book, _token()))
        return (say("me.password_done"), GOOD, "", "", "", listed)

    @listen(
        app,
        Output("me-view-said", "children"),
        Output("me-view-said", "className"),
        Output({"begin": ALL}, "aria-pressed"),
        Input({"begin": ALL}, "n_clicks"),
        State({"begin": ALL}, "id"),
    )
    def begin(_clicks: list[int | None], every: list[dict[str, str]]) -> tuple[str, str, list[Any]]:
        chosen = dash.ctx.triggered_id
        name = chosen["begin"] if isinstance(chosen, dict) else ""
        try:
            views.choose_default(current(), desk().book, name or None)
        except NotFound as error:
            return str(error), BAD, [dash.no_update] * len(every)
        return say("me.view_done"), GOOD, ["true" if one["begin"] == name else "false" for one in every]

    @listen(
        app,
        Output("me-sessions", "children", allow_duplicate=True),
        Output("me-sessions-said", "children"),
        Output("me-sessions-said", "className"),
        Input("me-sessions-end", "n_clicks"),
    )
    def end(_clicks: int | None) -> tuple[Part, str, str]:
        p, book = current(), desk().book
        number = own_sessions.end_other_sessions(p, book, _token())
        listed = me.sessions_table(own_sessions.list_own_sessions(p, book, _token()))
        return listed, say("me.session_ended", n=number), GOOD
