"""Reading tasks of the samples, and keeping what was made of them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import dash
from dash import ALL, Input, Output, State, no_update

from lianshen.cases.errors import Forbidden, NotFound, Refused
from lianshen.cases.services import reviewing
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.listening import listen
from lianshen_dashboards.pages import tasks
from lianshen_dashboards.parts.common import Part, empty
from lianshen_dashboards.texts import say


def list_layout(**_query: str) -> Part:
    """Return the list of whoever asks."""
    p, book = current(), desk().book
    if not reviewing.may_review(p):
        return empty(say("task.not_found"))
    return tasks.list_page(reviewing.list_tasks(p, book), reviewing.list_tasks(p, book, done=True))


def task_layout(task_no: str = "", **_query: str) -> Part:
    """Return one task."""
    try:
        return tasks.task_page(reviewing.get_task(current(), desk().book, task_no))
    except (NotFound, Forbidden):
        return tasks.missing()


def fen_of(text: str) -> int:
    """Return what was typed as fen.

    :raises Refused: for what is no amount.
    """
    try:
        fen = Decimal(text.strip().replace(",", "") or "0") * 100
    except InvalidOperation:
        fen = Decimal("NaN")
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise Refused(say("task.bad_amount"))
    return int(fen)


def register(app: dash.Dash) -> None:
    """Register the pages and the callback."""
    dash.register_page("tasks", path=tasks.PATH, title=tasks.TITLE, layout=list_layout)
    dash.register_page("task", path_template=tasks.TASK_PATH, title=tasks.TITLE, layout=task_layout)

    @listen(
        app,
        Output("task-answer", "children"),
        Input("task-do", "n_clicks"),
        State({"field": ALL}, "value"),
        State({"field": ALL}, "id"),
        State("task-no", "data"),
    )
    def answer(clicks: int, values: list[Any], names: list[dict[str, str]], task_no: str) -> Any:
        if not clicks:
            return no_update
        p, book = current(), desk().book
        typed = {name["field"]: value for name, value in zip(names, values, strict=True)}
        try:
            if typed.get("holds") not in ("yes", "no"):
                raise Refused(say("task.choose"))
            amount, text = fen_of(str(typed.get("amount") or "")), str(typed.get("text") or "")
            done = reviewing.answer_task(p, book, task_no, holds=typed["holds"] == "yes", amount=amount, text=text)
            return tasks.answering(done)
        except Refused as error:
            return tasks.answering(reviewing.get_task(p, book, task_no), typed, str(error))
        except (NotFound, Forbidden):
            return tasks.missing()
