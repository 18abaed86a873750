"""/overview: how much is at issue, where, for what, and who is late? Every mark leads to the cases behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html

from lianshen.cases.domain import STATES
from lianshen.cases.services import AGES
from lianshen_dashboards.parts import cartogram
from lianshen_dashboards.parts.bars import Bar, bars
from lianshen_dashboards.parts.common import Part, empty, heading, link_button, table
from lianshen_dashboards.present import Row, grouped, share, short
from lianshen_dashboards.texts import say

PATH = "/overview"
TITLE = f"{say('overview.title')} · {say('app.name')}"
RULES = 14
LATE = "/queue?due=overdue"
AGE_LOOKS = (("red", LATE), ("red", LATE), ("amber", LATE), ("soon", "/queue?due=3d"), ("grey", ""))
"""For each class of ages its colour and where it leads."""


@dataclass(frozen=True)
class Overview:
    """The figures of the page, under the principal's scope; money in fen."""

    totals: Row
    states: Sequence[Row]
    regions: list[Row]
    rules: Sequence[Row]
    ages: Sequence[Row]


def tile(name: str, value: str, unit: str, note: str, href: str, is_bad: bool = False) -> Part:
    """Return one headline figure that leads to its cases."""
    return dcc.Link(
        [
            html.Div(say(f"overview.{name}"), className="name"),
            html.Div([value, " ", html.Small(unit)], className="value"),
            html.Div(note, className="note bad" if is_bad else "note"),
        ],
        href=href,
        className="card kpi",
    )


def headlines(view: Overview) -> Part:
    """Return the five figures at the top."""
    t = view.totals
    cases = say("word.cases")
    newest = f"{say('runs.night')} {t['newest_night']}" if t["newest_night"] else ""
    working = "/queue?state=released,accepted,returned"
    late = say("overview.late_note", share=share(t["overdue"], t["open"]))
    return html.Div(
        [
            tile("to_review", f"{t['new']:,}", cases, newest, "/queue?state=new"),
            tile("in_work", f"{t['open']:,}", cases, say("overview.in_work_note"), working),
            tile("late", f"{t['overdue']:,}", cases, late, "/queue?due=overdue", is_bad=t["overdue"] > 0),
            tile("at_issue", *short(t["at_issue"]), say("overview.at_issue_note", n=f"{t['cases']:,}"), "/queue"),
            tile(
                "determined",
                *short(t["determined"]),
                say("overview.determined_note", n=_in_state(view, "closed")),
                "/queue?state=closed",
            ),
        ],
        className="kpis",
    )


def _in_state(view: Overview, state: str) -> str:
    return f"{sum(row['cases'] for row in view.states if row['state'] == state):,}"


def by_rule(rules: Sequence[Row]) -> Part:
    """Return the fund at issue of each rule, largest first; estimates are lighter and apart."""
    money = sorted((row for row in rules if row["at_issue"]), key=lambda row: -abs(row["at_issue"]))[:RULES]
    guessed = sorted(
        (row for row in rules if not row["at_issue"] and row["exposure"]), key=lambda row: -row["exposure"]
    )
    parts: list[Part] = [bars([_rule_bar(row, "at_issue", "") for row in money], say("overview.by_rule"))]
    if guessed:
        parts += [
            heading(say("case.exposure")),
            bars([_rule_bar(row, "exposure", "suspicious") for row in guessed[:6]], say("case.exposure")),
        ]
    return html.Div(parts)


def _rule_bar(row: Row, column: str, tone: str) -> Bar:
    value = " ".join(short(row[column]))
    title = f"{row['rule']} {row['name']}：{row['cases']:,} {say('word.cases')}，{value}"
    return Bar(f"{row['rule']} {row['name']}", row[column], value, f"/queue?rule={row['rule']}", tone, title)


def by_state(states: Sequence[Row]) -> Part:
    """Return how many cases each state has."""
    rows = [
        Bar(
            row["name"],
            row["cases"],
            f"{row['cases']:,} {say('word.cases')}",
            f"/queue?state={row['state']}",
            STATES[row["state"]][1],
        )
        for row in states
    ]
    return bars(rows, say("overview.by_state"))


def by_age(ages: Sequence[Row]) -> Part:
    """Return how many open cases are how late, worst first."""
    summed = {age: sum(row["cases"] for row in ages if row["age"] == age) for age in AGES}
    rows = [
        Bar(age, summed[age], f"{summed[age]:,} {say('word.cases')}", href, tone)
        for age, (tone, href) in zip(AGES, AGE_LOOKS, strict=True)
    ]
    return bars(rows, say("overview.by_age"))


def per_agency(regions: list[Row]) -> Part:
    """Return the table of agencies with a sum."""
    counted = ("cases", "new", "open", "overdue", "decided")
    rows: list[list[Part]] = [
        [
            dcc.Link(row["name"], href=f"/queue?region={row['region']}"),
            *[f"{row[name]:,}" for name in counted],
            share(row["upheld"], row["decided"]) if row["decided"] else say("word.none"),
            grouped(row["at_issue"]),
            grouped(row["determined"]),
        ]
        for row in sorted(regions, key=lambda row: -row["at_issue"])
    ]
    total = {name: sum(row[name] for row in regions) for name in (*counted, "upheld", "at_issue", "determined")}
    rows.append(
        [
            "合计",
            *[f"{total[name]:,}" for name in counted],
            share(total["upheld"], total["decided"]),
            grouped(total["at_issue"]),
            grouped(total["determined"]),
        ]
    )
    right = "right"
    heads = [
        ("就医地", ""),
        ("案件", right),
        ("待复核", right),
        ("在办", right),
        ("超期", right),
        ("已有结论", right),
        ("核实率", right),
        (say("col.at_issue"), right),
        (say("col.determined"), right),
    ]
    return html.Div(table(heads, rows, label=say("overview.by_agency"), last_is_total=True), className="scroll-x")


def _card(title: str, body: Part) -> Part:
    return html.Section([heading(title, level=2), body], className="card")


def page(view: Overview) -> Part:
    """Return the overview."""
    if not view.totals["cases"]:
        to_runs = link_button(say("nav.runs"), "/runs", "primary")
        return html.Div(empty(say("overview.none"), "", to_runs), className="page")
    first = next(iter(cartogram.METRICS))
    return html.Div(
        [
            headlines(view),
            html.Div(
                [
                    html.Section(
                        [
                            html.Div(
                                [
                                    html.H2(say("overview.map")),
                                    html.Span(cartogram.switch(first), id="switch", className="spacer row"),
                                ],
                                className="heading",
                            ),
                            html.Div(cartogram.tiles(view.regions, first), id="tiles"),
                            html.P(say("overview.map_note"), className="mute"),
                        ],
                        className="card",
                    ),
                    _card(say("overview.by_rule"), by_rule(view.rules)),
                    html.Div(
                        [
                            _card(say("overview.by_state"), by_state(view.states)),
                            _card(say("overview.by_age"), by_age(view.ages)),
                        ],
                        className="stack",
                    ),
                ],
                className="columns-3",
            ),
            _card(say("overview.by_agency"), per_agency(view.regions)),
        ],
        className="page",
    )
