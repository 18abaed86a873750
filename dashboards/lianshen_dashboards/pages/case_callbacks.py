"""What moves on a case page: actions, determinations, and all lines on request."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import dash
from dash import ALL, MATCH, ClientsideFunction, Input, Output, State, ctx, html, no_update

from lianshen.cases import services
from lianshen.cases.domain import DETERMINATIONS, Principal
from lianshen.cases.errors import Conflict, Forbidden, NotFound, Refused
from lianshen.cases.filters import CaseFilter
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.evidence import Evidence, fen_of
from lianshen_dashboards.listening import listen
from lianshen_dashboards.pages import case
from lianshen_dashboards.parts import acting, lines
from lianshen_dashboards.parts.acting import Outcome
from lianshen_dashboards.parts.common import Part, not_found
from lianshen_dashboards.present import Row
from lianshen_dashboards.texts import say


def read(p: Principal, case_no: str, back: str = "") -> case.CaseView:
    """Return what the page shows.

    :raises NotFound: if the case does not exist or may not be known.
    """
    book = desk().book
    found = services.get_case(p, book, case_no)
    return case.CaseView(
        found,
        services.get_findings(p, book, case_no),
        services.get_lines(p, book, case_no),
        Evidence.of(services.get_dossier(p, book, case_no)),
        services.get_events(p, book, case_no),
        services.related(p, book, case_no),
        book.terms,
        book.today,
        back,
    )


def layout(case_no: str = "", back: str = "", **_query: str) -> Part:
    """Return the page of a case, or the one page for what is missing and what is out of scope."""
    p = current()
    try:
        view = read(p, case_no, known_filter(back))
    except NotFound:
        return not_found()
    services.log_view(p, desk().book, case_no)
    return case.page(view)


def known_filter(back: str) -> str:
    """Return the way back as a canonical filter: an address may hold anything."""
    return CaseFilter.from_query(unquote(back))[0].to_query()


def take(action: str, at: dict[str, Any], typed: dict[str, Any]) -> Outcome:
    """Take an action as the form asks it; the service decides."""
    p, text = current(), str(typed.get("text") or "")
    worth = {"yes": True, "no": False}.get(str(typed.get("worth")))
    try:
        if action == "rest":
            return _rest(p, at, typed)
        done = services.transition(
            p,
            desk().book,
            str(at["case_no"]),
            action,
            int(at["version"]),
            reason=typed.get("reason"),
            text=text,
            worth_checking=worth,
            agency=typed.get("agency"),
            assignee=typed.get("assignee"),
        )
    except Conflict as error:
        return Outcome(conflict=error, text=text)
    except (Refused, Forbidden) as error:
        return Outcome(refused=str(error), text=text)
    return Outcome(done=done["state_name"])


def _rest(p: Principal, at: dict[str, Any], typed: dict[str, Any]) -> Outcome:
    reason = str(typed.get("rest") or "")
    text = str(typed.get("text") or "")
    given = DETERMINATIONS.get(reason)
    if given is None:
        return Outcome(refused=say("line.choose_reason"), text=text)
    how = "full" if given.holds else "none"
    services.determine_rest(p, desk().book, str(at["case_no"]), how, reason, version=int(at["version"]))
    # Not a transition: nothing is done with the case, and what was typed stays.
    return Outcome(text=text, refused="")


def determine(at: dict[str, Any], row: Row, changed: str) -> tuple[Row, str]:
    """Write one line; return the row as it now stands and what there is to say about it."""
    p, book, case_no = current(), desk().book, str(at["case_no"])
    before = next(line for line in services.get_lines(p, book, case_no) if line["bkkp_sn"] == row["id"])
    reason = lines.LABELS.get(str(row.get("reason") or ""))
    amount, reason = lines.complete(before["at_most"], fen_of(row.get("determined")), reason, changed)
    if amount is not None and reason is None:
        return {**lines.hit_row(before), "determined": row.get("determined")}, say("line.choose_reason")
    text = str(row.get("reason_text") or "")
    try:
        services.set_determination(
            p, book, case_no, str(row["id"]), amount, reason, text=text, version=int(at["version"])
        )
    except (Refused, Forbidden, Conflict) as error:
        return lines.hit_row(before), str(error)
    after = next(line for line in services.get_lines(p, book, case_no) if line["bkkp_sn"] == row["id"])
    return lines.hit_row(after), ""


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
    def act(clicks: list[int], values: list[Any], names: list[dict[str, str]], at: dict[str, Any]) -> tuple[Any, ...]:
        if not any(clicks):
            return (no_update,) * 6
        typed = {name["field"]: value for name, value in zip(names, values, strict=True)}
        back = known_filter(str(at.get("back") or ""))
        try:
            outcome = take(ctx.triggered_id["do"], at, typed)
            view = read(current(), str(at["case_no"]), back)
        except NotFound:
            queue = "/queue" + (f"?{back}" if back else "")
            return acting.moved_away(str(typed.get("text") or ""), queue), *(no_update,) * 5
        return (
            acting.side(view.case, view.lines, view.events, view.terms, view.today, view.queue, outcome),
            {**at, "version": view.case["version"]},
            case.header(view).children,
            lines.columns(view.case["may_determine"]),
            case.rows_of(view, everything=False),
            not view.case["may_determine"],
        )

    @listen(
        app,
        Output("lines", "rowTransaction"),
        Output("line-message", "children"),
        Output("progress", "children"),
        Input("lines", "cellValueChanged"),
        State("at", "data"),
    )
    def enter(changes: list[dict[str, Any]] | None, at: dict[str, Any]) -> tuple[Any, ...]:
        if not changes:
            return (no_update,) * 3
        rows, said = [], []
        for change in changes:
            row, message = determine(at, change["data"], change["colId"])
            rows.append(row)
            said += [html.Div(message, className="banner amber", role="alert")] if message else []
        every = services.get_lines(current(), desk().book, str(at["case_no"]))
        return {"update": rows, "async": False}, said, lines.progress(every)

    @listen(
        app,
        Output("lines", "rowData"),
        Output("lines", "style"),
        Output("all-lines", "children"),
        Input("all-lines", "n_clicks"),
        State("at", "data"),
    )
    def show_all(clicks: int, at: dict[str, Any]) -> tuple[Any, ...]:
        view = read(current(), str(at["case_no"]))
        everything = bool(clicks % 2)
        rows = case.rows_of(view, everything)
        height = 34 * (min(len(rows), lines.SHOWN) + 1) + 18
        label = say("case.only_hits") if everything else say("case.all_lines", n=len(case.rows_of(view, True)))
        return rows, {"height": f"{height}px", "width": "100%", "marginTop": "8px"}, label
