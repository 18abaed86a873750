"""What moves on a case page: the form that is shown, what its buttons do, files that came."""

from __future__ import annotations

from typing import Any

import dash
from dash import ALL, MATCH, ClientsideFunction, Input, Output, State, ctx, no_update

from lianshen.cases import services
from lianshen.cases.errors import NotFound
from lianshen.cases.services.inquiry_reading import of_case
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.listening import listen
from lianshen_dashboards.pages import case
from lianshen_dashboards.pages.case_reading import known_filter, read, view_of
from lianshen_dashboards.pages.case_taking import take
from lianshen_dashboards.parts import acting, files, history, inquiring, lines
from lianshen_dashboards.parts.choosing import form
from lianshen_dashboards.parts.common import Part, not_found
from lianshen_dashboards.parts.forms import questions
from lianshen_dashboards.parts.outcome import Outcome
from lianshen_dashboards.parts.restricted import restricted

Names = list[dict[str, str]]


def layout(case_no: str = "", back: str = "", **_query: str) -> Part:
    """Return the page of a case, or the one page for what is missing and what is out of scope."""
    p, book = current(), desk().book
    back = known_filter(back)
    try:
        found = services.get_case(p, book, case_no)
        shown = (
            case.page(view_of(p, found, back))
            if found["is_whole"]
            else restricted(
                found,
                services.get_recoveries(p, book, case_no),
                inquiring.card(p, found, of_case(p, book, case_no)),
                case.queue_at(back),
            )
        )
        services.log_view(p, book, case_no)
    except NotFound:
        return not_found()
    return shown


def typed_in(values: list[Any], names: Names) -> dict[str, Any]:
    """Return what the fields hold by their names."""
    return {name["field"]: value for name, value in zip(names, values, strict=True)}


def register(app: dash.Dash) -> None:
    """Register the page and its callbacks."""
    dash.register_page("case", path_template=case.PATH, title=case.TITLE, layout=layout)
    app.clientside_callback(
        ClientsideFunction("lianshen", "draw"),
        Output({"type": "plot", "name": MATCH}, "data-drawn"),
        Input({"type": "figure", "name": MATCH}, "data"),
        State({"type": "plot", "name": MATCH}, "id"),
    )

    @listen(
        app,
        Output("side", "children"),
        Output("at", "data"),
        Output("case-head", "children"),
        Output("lines", "columnDefs"),
        Output("lines", "rowData", allow_duplicate=True),
        Output("fill-hint", "hidden"),
        Input({"do": ALL}, "n_clicks"),
        State({"field": ALL}, "value"),
        State({"field": ALL}, "id"),
        State("at", "data"),
    )
    def act(clicks: list[int], values: list[Any], names: Names, at: dict[str, Any]) -> tuple[Any, ...]:
        if not any(clicks):
            return (no_update,) * 6
        typed = typed_in(values, names)
        back = known_filter(str(at.get("back") or ""))
        action = ctx.triggered_id["do"]
        try:
            outcome = take(action, at, typed)
            view = read(current(), str(at["case_no"]), back)
        except NotFound:
            return acting.moved_away(typed, case.queue_at(back)), *(no_update,) * 5
        # After a conflict the form of the same action is shown again, if it is still offered.
        chosen = action if outcome.refused or outcome.conflict else at.get("chosen")
        return (
            case.side(view, outcome, chosen),
            {**at, "version": view.case["version"], "chosen": chosen},
            case.header(view).children,
            lines.columns(view.case["may_determine"]),
            case.rows_of(view, everything=False),
            not view.case["may_determine"],
        )

    @listen(
        app,
        Output("form", "children"),
        Output("at", "data", allow_duplicate=True),
        Input({"choose": ALL}, "n_clicks"),
        State({"field": ALL}, "value"),
        State({"field": ALL}, "id"),
        State("at", "data"),
    )
    def choose(clicks: list[int], values: list[Any], names: Names, at: dict[str, Any]) -> tuple[Any, ...]:
        if not any(clicks):
            return no_update, no_update
        typed, chosen = typed_in(values, names), ctx.triggered_id["choose"]
        back = known_filter(str(at.get("back") or ""))
        try:
            view = read(current(), str(at["case_no"]), back)
        except NotFound:
            return acting.moved_away(typed, case.queue_at(back)), no_update
        if typed.get("text") == questions(view.setting()):
            # Nobody typed these: they belong to the questions alone.
            typed.pop("text")
        # The codes of one action mean nothing to another.
        typed.pop("reason", None)
        return form(view.setting(Outcome(typed=typed)), chosen), {**at, "chosen": chosen}

    @listen(
        app,
        Output("files", "children"),
        Output("history", "children"),
        Input("files-changed", "data"),
        State("at", "data"),
    )
    def files_came(_changed: Any, at: dict[str, Any]) -> tuple[Any, Any]:
        view = read(current(), str(at["case_no"]))
        rows = files.files(str(at["case_no"]), view.beside.attachments, view.beside.may_attach, {})
        return rows, history.events(view.events)
