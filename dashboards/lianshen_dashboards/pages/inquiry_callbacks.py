"""What moves on the page of an inquiry: its steps; the service decides each."""

from __future__ import annotations

from typing import Any

import dash
from dash import ALL, Input, Output, State, ctx, no_update

from lianshen.cases.domain import Principal
from lianshen.cases.errors import Conflict, Forbidden, NotFound, Refused
from lianshen.cases.inquiries import STEPS
from lianshen.cases.services import inquiring, inquiry_reading, objections
from lianshen.cases.services.attaching import list_attachments
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.listening import listen
from lianshen_dashboards.pages import inquiry
from lianshen_dashboards.parts import inquiry_form
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.parts.outcome import Outcome
from lianshen_dashboards.settlements import published
from lianshen_dashboards.texts import say


def read(p: Principal, inquiry_no: str) -> inquiry.InquiryView:
    """Return what the page shows.

    :raises NotFound: if the inquiry does not exist or may not be known.
    """
    book = desk().book
    one = inquiry_reading.get_inquiry(p, book, inquiry_no)
    attached = list_attachments(p, book, inquiry_no, of="inquiry")
    if one["kind"] != "objection":
        return inquiry.InquiryView(one, {}, attached)
    computed = objections.explanation(p, book, inquiry_no, published(desk(), one["setl_id"]))
    return inquiry.InquiryView(one, computed, attached)


def draft_of(view: inquiry.InquiryView) -> str:
    """Return what an explanation begins with, until there is one."""
    return objections.draft(view.explanation) if view.is_objection and not view.one["answer"] else ""


def layout(inquiry_no: str = "", **_query: str) -> Part:
    """Return the page of an inquiry, or the one page for what is missing and what is out of scope."""
    p = current()
    try:
        view = read(p, inquiry_no)
    except NotFound:
        return inquiry.missing()
    inquiry_reading.log_view(p, desk().book, inquiry_no)
    return inquiry.page(view, draft_of(view))


def take(action: str, at: dict[str, Any], typed: dict[str, Any]) -> Outcome:
    """Take a step as the form asks it."""
    text, amount = str(typed.get("text") or ""), str(typed.get("amount") or "").strip()
    number = str(at["inquiry_no"])
    fen = inquiry.amount_of(amount) if action == inquiry_form.NEEDS_AMOUNT and amount else None
    if action == inquiry_form.NEEDS_AMOUNT and amount and fen is None:
        return Outcome(refused=say("inquiry.amount_bad", text=amount), typed=typed)
    try:
        kind = inquiry_reading.get_inquiry(current(), desk().book, number)["kind"]
        step = STEPS[kind].get(action)
        # What has one outcome only asks for none.
        chosen = next(iter(step.outcomes)) if step and len(step.outcomes) == 1 else typed.get("outcome")
        done = inquiring.act(
            current(), desk().book, number, action, int(at["version"]), text=text, outcome=chosen, recalculated=fen
        )
    except Conflict as error:
        return Outcome(conflict=error, typed=typed)
    except (Refused, Forbidden) as error:
        return Outcome(refused=str(error), typed=typed)
    return Outcome(done=done["state_name"])


def register(app: dash.Dash) -> None:
    """Register the page and its callback."""
    dash.register_page("inquiry", path_template=inquiry.PATH, title=inquiry.TITLE, layout=layout)

    @listen(
        app,
        Output("inquiry-side", "children"),
        Output("inquiry-main", "children"),
        Output("inquiry-head", "children"),
        Output("inquiry-at", "data"),
        Input({"step": ALL}, "n_clicks"),
        State({"field": ALL}, "value"),
        State({"field": ALL}, "id"),
        State("inquiry-at", "data"),
    )
    def act(clicks: list[int], values: list[Any], names: list[dict[str, str]], at: dict[str, Any]) -> tuple[Any, ...]:
        if not any(clicks):
            return (no_update,) * 4
        typed = {name["field"]: value for name, value in zip(names, values, strict=True)}
        try:
            outcome = take(ctx.triggered_id["step"], at, typed)
            view = read(current(), str(at["inquiry_no"]))
        except NotFound:
            return inquiry.missing(), no_update, no_update, no_update
        return (
            inquiry_form.side(view.one, view.attached, outcome, draft_of(view)),
            inquiry.main(view),
            inquiry.header(view.one),
            {**at, "version": view.one["version"]},
        )

    @listen(
        app,
        Output("inquiry-files", "children"),
        Input("inquiry-files-changed", "data"),
        State("inquiry-at", "data"),
    )
    def files_came(_changed: Any, at: dict[str, Any]) -> Part:
        view = read(current(), str(at["inquiry_no"]))
        return inquiry_form.own_files(view.one, view.attached)
