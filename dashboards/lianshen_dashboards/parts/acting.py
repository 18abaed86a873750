"""The right side of a case: what may be done now, by whom, until when; what came of it; and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html

from lianshen.workdays import Workdays
from lianshen_dashboards.parts import clocks, files, history, ledger
from lianshen_dashboards.parts.choosing import form
from lianshen_dashboards.parts.common import Part, heading, link_button
from lianshen_dashboards.parts.fields import Typed, act, box, folded
from lianshen_dashboards.parts.forms import Setting
from lianshen_dashboards.parts.outcome import NOTHING, Outcome
from lianshen_dashboards.present import Row
from lianshen_dashboards.texts import say


@dataclass(frozen=True)
class Beside:
    """What stands beside the evidence: who reads, what came after the decision, the files, the trail."""

    role: str
    may_attach: bool
    recoveries: Sequence[Row] = ()
    appeals: Sequence[Row] = ()
    attachments: Sequence[Row] = ()
    archive: Sequence[Row] = ()
    events: Sequence[Row] = ()
    inquiries: Part = None


def _said(outcome: Outcome, back: str) -> list[Part]:
    parts: list[Part] = []
    if outcome.conflict is not None:
        told = [html.B(str(outcome.conflict)), html.Div(say("act.stale"))]
        parts.append(html.Div(told, className="banner amber", role="alert", id="conflict"))
    if outcome.refused:
        parts.append(html.Div(outcome.refused, className="banner red", role="alert"))
    if outcome.done:
        done = [outcome.done, " ", dcc.Link(say("case.to_queue"), href=back)]
        parts.append(html.Div(done, className="banner green", role="status", id="done"))
    return parts


def side(
    at: Setting, beside: Beside, workdays: Workdays, back: str, outcome: Outcome = NOTHING, chosen: str | None = None
) -> list[Part]:
    """Return the right side; after a conflict or a refusal what was typed is still in the form."""
    case = at.case
    assignee = html.P(f"{say('act.assignee')}：{case['assignee']}", className="mute by") if case["assignee"] else None
    return [
        *_said(outcome, back),
        heading(say("act.title")),
        html.Div(form(at, chosen), id="form"),
        clocks.clocks(case, at.today, workdays),
        assignee,
        ledger.ledger(case, beside.recoveries, at.today, outcome.typed),
        ledger.appeals(beside.appeals),
        beside.inquiries,
        html.Section(
            files.files(case["case_no"], beside.attachments, beside.may_attach, outcome.typed),
            id="files",
            className="attached",
        ),
        files.archive(case, beside.archive) if case["state"] in ("closed", "archived") else None,
        html.Div(history.events(beside.events), id="history"),
        _remark(beside.role, outcome.typed),
    ]


def _remark(role: str, typed: Typed) -> Part:
    if role in ("manager", "analyst"):
        return None
    return folded(
        say("remark.title"),
        box("remark", say("remark.text"), typed, rows=2),
        html.Div(act("comment", say("remark.add"), ""), className="buttons"),
        is_open=bool(typed.get("remark")),
    )


def moved_away(typed: Typed, back: str) -> list[Part]:
    """Return what stands there when the case left the principal's scope while they were typing."""
    texts = [str(value) for value in typed.values() if isinstance(value, str) and value.strip()]
    kept = [html.Div(say("act.kept")), html.Pre("\n".join(texts) or say("act.empty_text"))]
    gone = html.Div(
        [html.B(say("act.moved_away")), say("case.not_found_hint"), *kept], className="banner amber", role="alert"
    )
    return [gone, link_button(say("case.to_queue"), back)]
