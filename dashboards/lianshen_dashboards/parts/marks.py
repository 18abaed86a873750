"""Marks that overview and region share: headline tiles, bars of rules, and bars of deadlines, each with its cases."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html

from lianshen.cases.domain import DECIDED as DECIDED_STATES
from lianshen.cases.domain import ON_THE_CLOCK
from lianshen.cases.services import AGES
from lianshen_dashboards.parts.bars import Bar, bars
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.present import Row, short
from lianshen_dashboards.texts import say

RULES = 14
OPEN = "state=" + ",".join(ON_THE_CLOCK)
DECIDED = "state=" + ",".join(DECIDED_STATES)
"""The filters whose cases the figures count: what has a running clock, and where a decision stands."""
LATE = "due=overdue"
AGE_LOOKS = (("red", LATE), ("late", LATE), ("later", LATE), ("soon", "due=3d"), ("age", ""))
"""For each class of ages its colour and the filter that it leads to; the last has no filter of its own."""


def tile(name: str, value: str, unit: str, note: str, href: str, is_bad: bool = False) -> Part:
    """Return one headline figure that leads to its cases."""
    return dcc.Link(
        [
            html.Div(name, className="name"),
            html.Div([value, " ", html.Small(unit)], className="value"),
            html.Div(note, className="note bad" if is_bad else "note"),
        ],
        href=href,
        className="card kpi",
    )


def rule_bars(rules: Sequence[Row], within: str = "") -> list[Bar]:
    """Return the fund at issue of each rule, largest first; ``within`` is what every link's filter has besides."""
    money = sorted((row for row in rules if row["at_issue"]), key=lambda row: -abs(row["at_issue"]))[:RULES]
    return [rule_bar(row, "at_issue", "", within) for row in money]


def rule_bar(row: Row, column: str, tone: str, within: str = "") -> Bar:
    """Return one rule by a column of money."""
    value = " ".join(short(row[column]))
    title = f"{row['rule']} {row['name']}：{row['cases']:,} {say('word.cases')}，{value}"
    query = f"/queue?rule={row['rule']}" + (f"&{within}" if within else "")
    return Bar(f"{row['rule']} {row['name']}", row[column], value, query, tone, title)


def age_link(age: str, within: str = "") -> str:
    """Return the address of the open cases of a class of ages; empty where no filter says it."""
    query = AGE_LOOKS[AGES.index(age)][1]
    return f"/queue?{query}" + (f"&{within}" if within else "") if query else ""


def age_bars(ages: Sequence[Row], within: str = "") -> Part:
    """Return how many open cases are how late, worst first."""
    summed = {age: sum(row["cases"] for row in ages if row["age"] == age) for age in AGES}
    rows = [
        Bar(age, summed[age], f"{summed[age]:,} {say('word.cases')}", age_link(age, within), tone)
        for age, (tone, _) in zip(AGES, AGE_LOOKS, strict=True)
    ]
    return bars(rows, say("overview.by_age"))
