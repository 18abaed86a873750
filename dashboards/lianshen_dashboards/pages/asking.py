"""/ask: begin an inquiry: a query about a case, an investigation to entrust, a person's objection to take in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dash import dcc, html

from lianshen.cases import inquiries
from lianshen.cases.store import Terms
from lianshen_dashboards.pages.inquiries import PATH as LIST
from lianshen_dashboards.pages.inquiry import about
from lianshen_dashboards.parts.common import Part, empty, heading, link_button
from lianshen_dashboards.parts.fields import box, choices, line
from lianshen_dashboards.parts.inquiring import search_form
from lianshen_dashboards.texts import say

PATH = "/ask"
TITLE = f"{say('inquiries.title')} · {say('app.name')}"


@dataclass(frozen=True)
class Asked:
    """What is begun: its kind, and the case or the settlement it is about; ``stay`` is empty where none was found."""

    kind: str
    terms: Terms
    case_no: str = ""
    setl_id: str = ""
    stay: Mapping[str, Any] = field(default_factory=dict)


def page(asked: Asked) -> Part:
    """Return the form."""
    kind = asked.kind
    to_case = link_button("← " + asked.case_no, f"/cases/{asked.case_no}", "quiet")
    back = to_case if asked.case_no else link_button(say("inquiry.back"), LIST, "quiet")
    topics = tuple(inquiries.TOPICS[kind].items())
    hint = say("ask.text_objection" if kind == "objection" else "ask.text_hint")
    verb = say("ask.take_in" if kind == "objection" else "ask.send")
    form = [
        heading(say("inquiry.asked" if kind != "objection" else "inquiry.objected"), level=2),
        html.P(_hint(asked), className="mute"),
        choices("topic", say("ask.topic"), topics, {}, value=topics[0][0], columns=2),
        line("subject", say("ask.subject"), {}, most=200),
        box("text", say("ask.text"), {}, hint=hint, rows=8, keep=f"ask-{kind}-{asked.case_no or asked.setl_id}"),
        html.Div(id="ask-said"),
        html.Div(
            html.Button(verb, id="ask-send", className="btn primary", type="button", n_clicks=0), className="buttons"
        ),
    ]
    return html.Div(
        [
            html.Div([back, html.H1(say(f"ask.{kind}"))], className="page-head"),
            html.Div(
                [
                    html.Section(form, className="card"),
                    html.Div([*([] if asked.case_no else [_settlement(asked)]), _found(asked)], className="stack"),
                ],
                className="columns-2",
            ),
            dcc.Store(
                id="ask-about",
                data={"kind": kind, "case_no": asked.case_no, "setl_id": asked.setl_id, "key": uuid.uuid4().hex},
            ),
        ],
        className="page stack",
        id="ask",
    )


def cannot(text: str) -> Part:
    """Return a word and a way back."""
    return empty(text, "", link_button(say("inquiry.back"), LIST, "primary"))


def _hint(asked: Asked) -> str:
    terms = asked.terms
    days = {"query": terms.query_days, "entrusted": terms.entrusted_days, "objection": terms.objection_days}[asked.kind]
    return say(f"ask.{asked.kind}_hint", n=days, accept=terms.objection_accept_days)


def _settlement(asked: Asked) -> Part:
    search = search_form("setl", asked.setl_id, say("ask.settlement_hint"), say("ask.look"))
    return html.Section([heading(say("ask.settlement"), level=2), search], className="card")


def _found(asked: Asked) -> Part:
    if asked.stay:
        return about(dict(asked.stay))
    if asked.setl_id:
        return html.Div(say("ask.nothing_found", setl_id=asked.setl_id), className="banner amber", role="alert")
    return None
