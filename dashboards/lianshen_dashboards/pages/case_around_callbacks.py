"""What a case page fetches after it stands: its neighbours in the queue, its peers, full identifiers on request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import quote

import dash
from dash import Input, Output, State, dcc, no_update

from lianshen.cases import services
from lianshen.cases.errors import Forbidden, NotFound, Refused
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services.neighbours import neighbours
from lianshen.cases.services.peers import compare
from lianshen.cases.services.unmasking import unmask
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.listening import listen
from lianshen_dashboards.pages.case_reading import known_filter
from lianshen_dashboards.parts import history, unmasking
from lianshen_dashboards.parts.beside_peers import among_peers
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.texts import say

F = TypeVar("F", bound=Callable[..., Any])
WAYS = (("walk-before", "case.previous", "↑"), ("walk-after", "case.next", "↓"))


def walk(case_no: str, back: str) -> list[Part]:
    """Return the links to the case before and the case after in the queue that was left."""
    found = neighbours(current(), desk().book, CaseFilter.from_query(back)[0], case_no)
    query = f"?back={quote(back)}" if back else ""
    return [
        dcc.Link(
            f"{mark} {say(text)}", href=f"/cases/{number}{query}", id=way, title=number, className="btn quiet small"
        )
        for (way, text, mark), number in zip(WAYS, found, strict=True)
        if number
    ]


def _when_shown(app: dash.Dash, *dependencies: Any) -> Callable[[F], F]:
    """Return a decorator for a callback that runs once when the page stands, and whenever its input changes."""
    return cast(Callable[[F], F], app.callback(*dependencies))


def register(app: dash.Dash) -> None:
    """Register the callbacks."""

    @_when_shown(app, Output("walk", "children"), Input("at", "data"))
    def beside(at: dict[str, Any]) -> list[Part]:
        try:
            return walk(str(at["case_no"]), known_filter(str(at.get("back") or "")))
        except NotFound:
            return []

    @_when_shown(app, Output("peers", "children"), Input("case-shown", "data"))
    def peers(shown: dict[str, Any]) -> Part:
        p, found = current(), desk()
        try:
            code = services.get_case(p, found.book, str(shown["case_no"]))["fixmedins_code"]
        except NotFound:
            return []
        return among_peers(compare(p, found.book, found.published), code)

    @listen(
        app,
        Output("identity", "children"),
        Output("history", "children", allow_duplicate=True),
        Input("unmask-show", "n_clicks"),
        State("unmask-why", "value"),
        State("at", "data"),
    )
    def show(clicks: int, why: str | None, at: dict[str, Any]) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        p, book, case_no = current(), desk().book, str(at["case_no"])
        try:
            found = unmask(p, book, case_no, why or "")
        except (Refused, Forbidden, NotFound) as error:
            return unmasking.asking(p.role, str(error), why or ""), no_update
        return unmasking.shown(found), history.events(services.get_events(p, book, case_no))

    @listen(app, Output("identity", "children", allow_duplicate=True), Input("unmask-over", "n_intervals"))
    def hide(passed: int) -> Part:
        return unmasking.asking(current().role) if passed else no_update
