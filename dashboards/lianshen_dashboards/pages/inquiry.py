"""/inquiries/<no>: what is asked about which stay, what the answer is, and for an objection how the sum came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import dcc, html

from lianshen.cases.letters.inquiry_letters import letters_of
from lianshen_dashboards.evidence import Evidence, fen_of
from lianshen_dashboards.pages.inquiries import PATH as LIST
from lianshen_dashboards.parts import inquiry_form, steps
from lianshen_dashboards.parts.common import Part, clock_part, empty, facts, heading, link_button
from lianshen_dashboards.parts.inquiring import listed, state_pill
from lianshen_dashboards.parts.letters import letter_links
from lianshen_dashboards.present import Row, grouped, moment
from lianshen_dashboards.texts import say

PATH = "/inquiries/<inquiry_no>"
TITLE = f"{say('inquiries.title')} · {say('app.name')}"


@dataclass(frozen=True)
class InquiryView:
    """An inquiry with its history, the others about the same stay, how its settlement came out, and its files."""

    one: Row
    explanation: Mapping[str, Any] = field(default_factory=dict)
    attached: Sequence[Row] = ()

    @property
    def is_objection(self) -> bool:
        return bool(self.one["kind"] == "objection")


def page(view: InquiryView, draft: str = "") -> Part:
    """Return the page of one inquiry."""
    one = view.one
    return html.Div(
        [
            html.Header(header(one), className="case-head", id="inquiry-head"),
            html.Div(main(view), className="case-main", id="inquiry-main"),
            html.Aside(
                inquiry_form.side(one, view.attached, draft=draft),
                className="side",
                id="inquiry-side",
                **{"aria-label": say("inquiry.act")},
            ),
            dcc.Store(id="inquiry-files-changed"),
            dcc.Store(id="inquiry-at", data={"inquiry_no": one["inquiry_no"], "version": one["version"]}),
        ],
        className="case",
    )


def missing() -> Part:
    """Return the page for an inquiry that is not there or not for these eyes: the two look the same."""
    back = link_button(say("inquiry.back"), LIST, "primary")
    return html.Div(empty(say("inquiry.missing"), say("inquiry.missing_hint"), back), id="not-found")


def header(one: Row) -> list[Part]:
    """Return the line above everything: state, number, clock, and who asks whom."""
    line = [state_pill(one), html.Span(one["inquiry_no"], className="num mute"), clock_part(one["days_left"])]
    sides = one["to_name"] if one["kind"] == "objection" else f"{one['from_name']} → {one['to_name']}"
    title = html.Div([html.Div(line, className="line"), html.H1(f"{one['kind_name']} · {one['subject']}")])
    return [
        dcc.Link(say("inquiry.back"), href=LIST, id="back", className="btn quiet"),
        title,
        html.Span(className="spacer"),
        *letter_links(f"/api/v1/inquiries/{one['inquiry_no']}", letters_of(one)),
        html.Span(sides, className="strong"),
    ]


def main(view: InquiryView) -> list[Part]:
    """Return the left side."""
    one = view.one
    asked = say("inquiry.objected" if view.is_objection else "inquiry.asked")
    by = say("inquiry.by", who=one["from_name"], when=moment(one["asked_at"]))
    return [
        html.Section(
            [heading(asked, by, level=2), html.P(one["text"], className="said letter-text")], className="card"
        ),
        _answer(view),
        about(one),
        *([_explained(view)] if view.is_objection else []),
        _others(one),
    ]


def _answer(view: InquiryView) -> Part:
    one = view.one
    if not one["answer"]:
        return None
    name = say("inquiry.decision" if view.is_objection else "inquiry.answer")
    by = say("inquiry.by", who=one["to_name"], when=moment(one["answered_at"]))
    found = html.P(html.B(one["outcome_name"])) if one["outcome_name"] else None
    said = html.P(one["answer"], className="said letter-text")
    return html.Section(
        [heading(name, by, level=2), found, said, _recalculated(view)], className="card", id="inquiry-answer"
    )


def _recalculated(view: InquiryView) -> Part:
    """Return what the funds should have paid beside what they did."""
    should, paid = view.one["recalculated"], view.one["facts"].get("fund_fee")
    if should is None:
        return None
    parts = [f"{say('inquiry.recalculated')} ¥{grouped(should)}"]
    if paid is not None:
        parts.append(f"{say('inquiry.fund_fee')} ¥{grouped(paid)}")
        gap = should - paid
        word = "paid_right" if gap == 0 else "paid_less" if gap > 0 else "paid_more"
        parts.append(say(f"inquiry.{word}", amount=grouped(abs(gap))))
    return html.P("　".join(parts), className="banner amber num")


def about(one: Row) -> Part:
    """Return the stay that the inquiry is about, as it stood when it was asked."""
    known = one["facts"]
    case = dcc.Link(one["case_no"], href=f"/cases/{one['case_no']}") if one["case_no"] else None
    stay = f"{known['admit']} → {known['discharge']}" if known.get("admit") else None
    pairs: list[tuple[str, Part, bool]] = [
        (say("inquiry.topic"), one["topic_name"], False),
        (say("inquiry.person"), one["person_name"], False),
        (say("inquiry.institution"), known.get("institution"), False),
        (say("inquiry.diagnosis"), known.get("diagnosis"), False),
        (say("inquiry.stay"), stay, False),
        (say("inquiry.settled"), known.get("settled"), False),
        (say("inquiry.total_fee"), f"¥{grouped(known['total_fee'])}" if "total_fee" in known else None, False),
        (say("inquiry.fund_fee"), f"¥{grouped(known['fund_fee'])}" if "fund_fee" in known else None, False),
        (say("inquiry.settlement"), one["setl_id"], False),
        (say("inquiry.case"), case, False),
    ]
    shown = [pair for pair in pairs if pair[1]]
    return html.Section([heading(say("inquiry.about"), level=2), facts(shown)], className="card")


def _explained(view: InquiryView) -> Part:
    settlement = view.explanation.get("settlement")
    if not settlement:
        text = [html.P(say("inquiry.no_explanation")), html.P(say("inquiry.no_explanation_hint"), className="mute")]
        return html.Section([heading(say("inquiry.explained"), level=2), *text], className="card")
    setl_id = settlement["setl_id"]
    computed = view.explanation["recomputed"]
    evidence = Evidence(
        {setl_id: settlement}, (), {setl_id: computed} if computed else {}, {setl_id: view.explanation["steps"]}
    )
    return html.Section([heading(say("inquiry.explained"), level=2), *steps.settlements(evidence)], className="card")


def _others(one: Row) -> Part:
    if not one["others"]:
        return None
    name = say("inquiry.others")
    return html.Section([heading(name, level=2), listed(one["others"], name)], className="card")


def amount_of(text: str) -> int | None:
    """Return an amount that was typed in yuan as fen, or None where it is none."""
    fen = fen_of(text)
    return fen if fen is not None and fen >= 0 and "." not in text[:-3] else None
