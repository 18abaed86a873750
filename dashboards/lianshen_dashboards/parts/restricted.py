"""A case as the region that insures the person sees it: what it is about, what came of it, what money came back."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html

from lianshen_dashboards.parts import ledger
from lianshen_dashboards.parts.common import Part, facts, heading, table, titled
from lianshen_dashboards.present import Row, grouped
from lianshen_dashboards.texts import say


def restricted(case: Row, recoveries: Sequence[Row], inquiries: Part, queue: str) -> Part:
    """Return the page for those who are informed and act on nothing: no findings, lines, files, names or trail."""
    head = html.Header(
        [
            dcc.Link(say("case.back"), href=queue, id="back", className="btn quiet"),
            html.Div(titled(case)),
        ],
        className="case-head",
        id="case-head",
    )
    return html.Div(
        [
            head,
            html.Div(
                [
                    html.Div(say("case.restricted", region=case["region_name"]), className="banner slate", role="note"),
                    _summary(case),
                    _result(case),
                    _money(case, recoveries),
                    html.Div(inquiries, className="card"),
                ],
                className="case-main",
            ),
        ],
        className="case restricted",
    )


def _summary(case: Row) -> Part:
    age = f"{case['age_years']} 岁" if case["age_years"] is not None else ""
    pairs: list[tuple[str, Part, bool]] = [
        (say("case.patient"), f"{case['person_name']} {case['sex_name']} {age}", False),
        (say("col.insured"), case["insured_name"], False),
        (say("case.institution"), f"{case['fixmedins_name']}（{case['level_name']}）", False),
        (say("col.region"), case["region_name"], False),
        (say("case.stay"), f"{case['admit']} → {case['discharge']}", False),
        (say("case.fund_fee"), f"¥{grouped(case['fund_fee'])}", False),
        (say("case.at_issue"), f"¥{grouped(case['at_issue'])}", False),
    ]
    return html.Section([heading(say("case.summary"), level=2), facts(pairs)], className="card")


def _result(case: Row) -> Part:
    told: Part = html.P(say("case.no_result"), className="mute")
    if case["decision"] and case["closed_at"]:
        told = html.P(html.B(say("act.decided", decision=case["decision_name"], amount=grouped(case["determined"]))))
    return html.Section([heading(say("case.result"), level=2), told], className="card")


def _money(case: Row, recoveries: Sequence[Row]) -> Part:
    rows: list[list[Part]] = [[str(one["day"]), one["way_name"], grouped(one["amount"])] for one in recoveries]
    heads = [(say("ledger.day"), "nowrap"), (say("ledger.way"), ""), (say("ledger.amount"), "right")]
    listed = (
        table(heads, rows, label=say("ledger.title")) if rows else html.P(say("case.recovered_none"), className="mute")
    )
    return html.Section(
        [heading(say("ledger.title"), level=2), ledger.sums(case, recoveries), listed], className="card"
    )
