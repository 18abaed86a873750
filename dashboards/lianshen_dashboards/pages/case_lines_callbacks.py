"""The lines of a case: amounts entered where they stand, and all lines on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash
from dash import Input, Output, State, html, no_update

from lianshen.cases import services
from lianshen.cases.errors import Conflict, Forbidden, NotFound, Refused
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.evidence import fen_of
from lianshen_dashboards.listening import listen
from lianshen_dashboards.pages import case
from lianshen_dashboards.pages.case_reading import read
from lianshen_dashboards.parts import lines
from lianshen_dashboards.present import Row
from lianshen_dashboards.texts import say


def determine(at: Mapping[str, Any], row: Row, changed: str) -> tuple[Row | None, str]:
    """Write one line; return the row as it now stands and what there is to say about it, with what was typed.

    :raises NotFound: if the case left the principal's scope meanwhile.
    """
    p, book, case_no = current(), desk().book, str(at["case_no"])
    before = _line(case_no, row)
    if before is None:
        return None, say("line.gone")
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
        return lines.hit_row(before), f"{error} {typed_words([row])}"
    after = _line(case_no, row)
    return (lines.hit_row(after) if after else None), ""


def _line(case_no: str, row: Row) -> Row | None:
    every = services.get_lines(current(), desk().book, case_no)
    return next((line for line in every if line["bkkp_sn"] == row.get("id")), None)


def typed_words(rows: Sequence[Row]) -> str:
    """Return what somebody typed into rows of the table, to be said where it could not be kept."""
    names = ("determined", "reason", "reason_text")
    typed = ["，".join(str(row[name]) for name in names if row.get(name)) for row in rows]
    return say("line.typed", value="；".join(part for part in typed if part) or say("act.empty_text"))


def register(app: dash.Dash) -> None:
    """Register the callbacks."""

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
        rows, told = [], []
        try:
            for change in changes:
                row, message = determine(at, change["data"], change["colId"])
                rows += [row] if row else []
                told += [html.Div(message, className="banner amber", role="alert")] if message else []
            every = services.get_lines(current(), desk().book, str(at["case_no"]))
        except NotFound:
            kept = typed_words([change["data"] for change in changes])
            gone = html.Div([html.B(say("act.moved_away")), kept], className="banner amber", role="alert")
            return no_update, gone, no_update
        return {"update": rows, "async": False}, told, lines.progress(every)

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
