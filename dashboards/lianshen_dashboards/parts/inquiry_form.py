"""The right side of an inquiry: what may be done now, by when, its letters, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from dash import html

from lianshen.cases import inquiries
from lianshen_dashboards.parts import files
from lianshen_dashboards.parts.common import Part, clock_part, heading
from lianshen_dashboards.parts.fields import box, choices, line
from lianshen_dashboards.parts.outcome import NOTHING, Outcome
from lianshen_dashboards.present import Row, grouped, moment
from lianshen_dashboards.texts import say

NEEDS_AMOUNT = "recalculate"
LOUD = ("answer", "explain", "close", "accept", "uphold")
"""Steps that lead on; the first of them that may be taken is the main button."""


def side(one: Row, attached: Sequence[Row], outcome: Outcome = NOTHING, draft: str = "") -> list[Part]:
    """Return the right side; ``attached`` are its files, ``draft`` is what an explanation may begin with."""
    return [
        *_said(outcome),
        heading(say("inquiry.act")),
        *_form(one, outcome, draft),
        _clock(one),
        *_letters(one),
        html.Section(own_files(one, attached), id="inquiry-files", className="attached"),
        heading(say("inquiry.history")),
        _history(one["history"]),
    ]


def own_files(one: Row, attached: Sequence[Row]) -> list[Part]:
    """Return the files of an inquiry, and where its two sides add some."""
    return files.files(one["inquiry_no"], attached, one["may_attach"], {}, "inquiry")


def _said(outcome: Outcome) -> list[Part]:
    parts: list[Part] = []
    if outcome.conflict is not None:
        told = [html.B(str(outcome.conflict)), html.Div(say("inquiry.stale"))]
        parts.append(html.Div(told, className="banner amber", role="alert"))
    if outcome.refused:
        parts.append(html.Div(outcome.refused, className="banner red", role="alert"))
    if outcome.done:
        parts.append(
            html.Div(say("inquiry.done", state=outcome.done), className="banner green", role="status", id="done")
        )
    return parts


def _form(one: Row, outcome: Outcome, draft: str) -> list[Part]:
    acts: Sequence[str] = one["actions"]
    if not acts:
        return [html.Div(say("inquiry.nothing", state=one["state_name"]), className="banner slate")]
    steps = inquiries.STEPS[one["kind"]]
    # Typed text survives a reload and a session that ran out, until the inquiry moves on.
    keep = f"{one['inquiry_no']}-{one['version']}"
    begun = draft if "explain" in acts else ""
    hint = say("inquiry.text_hint", n=inquiries.MIN_ANSWER)
    rows = 8 if begun and not outcome.typed.get("text") else 5
    parts: list[Part] = [box("text", say("inquiry.text"), outcome.typed, hint=hint, rows=rows, value=begun, keep=keep)]
    offered = {code: name for act in acts if len(steps[act].outcomes) > 1 for code, name in steps[act].outcomes.items()}
    if offered:
        parts.append(choices("outcome", say("inquiry.outcome"), tuple(offered.items()), outcome.typed))
    if NEEDS_AMOUNT in acts:
        parts.append(line("amount", say("inquiry.amount"), outcome.typed, most=16))
    main = next((act for act in LOUD if act in acts), "")
    buttons = [
        html.Button(
            steps[act].label,
            id={"step": act},
            className="btn primary" if act == main else "btn",
            type="button",
            n_clicks=0,
        )
        for act in acts
    ]
    return [*parts, html.Div(buttons, className="buttons")]


def _clock(one: Row) -> Part:
    if one["days_left"] is None:
        return None
    name = say("inquiry.accept_by" if one["state"] == "received" else "inquiry.due")
    rows = [html.Dt(name), html.Dd([str(one["due_at"]), "　", clock_part(one["days_left"])])]
    return html.Div(html.Dl(rows), className="clock-card num")


def _letters(one: Row) -> list[Part]:
    kinds = [] if one["kind"] == "objection" else [say("inquiry.letter_ask")]
    kinds += [say("inquiry.letter_answer")] if one["answered_at"] else []
    if not kinds:
        return []
    links: list[Part] = []
    for kind in kinds:
        path = f"/api/v1/inquiries/{one['inquiry_no']}/letter"
        links += [
            html.A(f"{kind} {form.upper()}", href=f"{path}.{form}?kind={quote(kind)}", className="btn small")
            for form in ("pdf", "docx")
        ]
    return [heading(say("inquiry.letters")), html.Div(links, className="buttons")]


def _history(events: Sequence[Row]) -> Part:
    items = []
    for event in reversed(events):
        detail = event["detail"]
        fen = f" ¥{grouped(int(detail['fen']))}" if detail.get("fen") is not None else ""
        name = (inquiries.step_name(event["action"]) or event["action"]).split("：")[-1]
        items.append(
            html.Li(
                [
                    html.Div([html.B(event["actor_name"]), f" {name}{fen}"]),
                    html.Div(event["reason"], className="said") if event["reason"] else None,
                    html.Div(moment(event["at"]), className="when"),
                ]
            )
        )
    return html.Ul(items, className="timeline")
