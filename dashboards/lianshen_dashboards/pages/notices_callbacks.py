"""Reading the notices, and marking them read."""

from __future__ import annotations

from typing import Any

import dash
from dash import ALL, Input, Output, State, ctx, no_update

from lianshen.cases.domain import Principal
from lianshen.cases.services import notices as told
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.listening import listen
from lianshen_dashboards.pages import notices
from lianshen_dashboards.parts.common import Part

BIGGEST = 2**31 - 1


def shown(p: Principal, unread: bool, before: int | None = None) -> Part:
    """Return the page as it stands now."""
    book = desk().book
    rows = told.list_notices(p, book, unread=unread, before=before, limit=notices.SHOWN)
    return notices.page(rows, unread=unread, count=told.count_unread(p, book))


def layout(unread: str = "", before: str = "", **_query: str) -> Part:
    """Return the list that the address asks for."""
    last = int(before) if before.isascii() and before.isdigit() else None
    return shown(current(), unread == "true", min(last, BIGGEST) if last is not None else None)


def register(app: dash.Dash) -> None:
    """Register the page and its callback."""
    dash.register_page("notices", path=notices.PATH, title=notices.TITLE, layout=layout)

    @listen(
        app,
        Output("notices", "children"),
        Output("unread", "children"),
        Input("notices-read", "n_clicks"),
        Input({"read": ALL}, "n_clicks"),
        State("notices-at", "data"),
    )
    def read(every: int, ones: list[int], at: dict[str, Any]) -> tuple[Any, Any]:
        if not every and not any(ones):
            return no_update, no_update
        p, book = current(), desk().book
        if ctx.triggered_id == "notices-read":
            told.mark_read(p, book, until=int(at["until"]))
        else:
            told.mark_read(p, book, [int(ctx.triggered_id["read"])])
        count = told.count_unread(p, book)
        return shown(p, bool(at["unread"])).children, str(count) if count else ""
