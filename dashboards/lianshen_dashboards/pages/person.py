"""/persons/<pseudonym>: one person over all institutions, as far as the scope reaches; no names."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from lianshen.cases.services.persons import PersonView
from lianshen.cases.services.scope import agency_name, pool_name
from lianshen_dashboards.figures.time import Stay, stays_figure
from lianshen_dashboards.parts.case_table import case_table
from lianshen_dashboards.parts.common import Part, empty, heading, link_button, table
from lianshen_dashboards.parts.plot import Numbers, plot
from lianshen_dashboards.present import Row, grouped
from lianshen_dashboards.texts import say

PATH = "/persons/<person>"
TITLE = f"{say('person.title')} · {say('app.name')}"
LANES = 7
STAYS = 40
CARE = {"IPT": "住院", "OTP": "门诊", "ER": "急诊", "OPSP": "门诊慢特病", "RX": "药店购药", "MAT": "生育"}


def missing() -> Part:
    """Return the page of a person who is not there or not for these eyes: the two look the same."""
    return html.Div(
        empty(say("person.not_found"), "", link_button(say("case.to_queue"), "/queue", "primary")), className="page"
    )


def page(view: PersonView) -> Part:
    """Return one person."""
    first = view.cases[0]
    age = say("word.none") if first["age_years"] is None else f"{first['age_years']} 岁"
    facts = " · ".join((first["sex_name"], age, first["insured_name"]))
    title = html.Div(
        [
            html.H1(view.label),
            html.Span(facts, className="mute num"),
            html.Span(className="spacer"),
            link_button(say("region.queue"), f"/queue?person={view.person}"),
        ],
        className="page-head",
    )
    return html.Div(
        [
            title,
            html.P(say("person.scope"), className="mute"),
            _card(say("person.timeline"), timeline(view), say("person.timeline_note")),
            _card(say("person.cases"), case_table(view.cases, say("person.cases"), "fixmedins_name", say("col.inst"))),
            _card(say("person.settlements"), settlements(view.settlements)),
        ],
        className="page stack",
    )


def timeline(view: PersonView) -> Part:
    """Return the stays as lanes of institutions, those with a case darker and leading to it."""
    by_stay = {(case["fixmedins_name"], case["admit"]): case["case_no"] for case in view.cases}
    found = [
        Stay(row["name"] or row["code"], row["begin"], row["end"], (row["name"], row["begin"]) in by_stay,
             f"/cases/{by_stay[row['name'], row['begin']]}" if (row["name"], row["begin"]) in by_stay else "")
        for row in view.settlements
        if row["care"] == "IPT"
    ]  # fmt: skip
    if not found:
        found = [
            Stay(case["fixmedins_name"], case["admit"], case["discharge"], True, f"/cases/{case['case_no']}")
            for case in view.cases
        ]
    shown = _lanes(sorted(found, key=lambda stay: stay.begin)[-STAYS:])
    rows = [
        [stay.place, str(stay.begin), str(stay.end), f"{stay.days}", "是" if stay.is_this else ""] for stay in shown
    ]
    heads = ("机构", "入院", "出院", "天数", "有案件")
    return plot("person", stays_figure(shown), say("person.timeline"), Numbers(heads, rows))


def _lanes(stays: Sequence[Stay]) -> list[Stay]:
    """Return the stays of at most ``LANES`` institutions: those with cases, then those visited last."""
    order = sorted(stays, key=lambda stay: (stay.is_this, stay.begin), reverse=True)
    places = list(dict.fromkeys(stay.place for stay in order))[:LANES]
    return [stay for stay in stays if stay.place in places]


def settlements(rows: Sequence[Row]) -> Part:
    """Return the person's settlements with their fees and a sum."""
    if not rows:
        return html.P(say("person.no_snapshot"), className="mute")
    heads = [("结算日期", "num nowrap"), ("类别", ""), (say("col.inst"), ""), ("就医地", ""), ("参保地", ""),
             ("起止", "num nowrap"), (say("case.diagnosis"), ""), ("总费用", "right"), ("基金支付", "right"),
             ("个人支付", "right")]  # fmt: skip
    cells: list[list[Part]] = [
        [
            str(row["settled"]),
            CARE.get(row["care"], row["care"]),
            row["name"] or row["code"],
            agency_name(row["agency"]),
            pool_name(row["pool"]),
            f"{row['begin']:%m-%d} → {row['end']:%m-%d}",
            row["diagnosis"] or "",
            *[grouped(row[name]) for name in ("fee", "fund", "own")],
        ]
        for row in reversed(rows)
    ]
    total = [grouped(sum(row[name] for row in rows)) for name in ("fee", "fund", "own")]
    cells.append(["合计", f"{len(rows)} 笔", "", "", "", "", "", *total])
    listed = table(heads, cells, label=say("person.settlements"), last_is_total=True)
    return html.Div(listed, className="scroll-x list-top", tabIndex=0)


def _card(title: str, body: Part, note: str | None = None) -> Part:
    return html.Section([heading(title, note, level=2), body], className="card")
