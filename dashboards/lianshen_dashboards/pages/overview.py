"""/overview: is money coming back, and who is late? Every mark leads to the cases behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html

from lianshen.cases.domain import STATES
from lianshen.cases.services import AGES
from lianshen_dashboards.figures import agencies as figures
from lianshen_dashboards.parts import cartogram
from lianshen_dashboards.parts.bars import Bar, bars
from lianshen_dashboards.parts.common import Part, empty, heading, link_button, table
from lianshen_dashboards.parts.marks import DECIDED, OPEN, age_link, rule_bar, rule_bars, tile
from lianshen_dashboards.parts.plot import Numbers, plot
from lianshen_dashboards.present import Row, grouped, share, short, yuan
from lianshen_dashboards.texts import say

PATH = "/overview"
TITLE = f"{say('overview.title')} · {say('app.name')}"
CLOSED = f"/queue?{DECIDED}"
LATE_CLASSES = AGES[:3]
MOST_ESTIMATED = 6


@dataclass(frozen=True)
class Overview:
    """The figures of the page, under the principal's scope; money in fen."""

    totals: Row
    states: Sequence[Row]
    regions: list[Row]
    rules: Sequence[Row]
    ages: Sequence[Row]
    steps: Sequence[Row] = ()


def headlines(view: Overview) -> Part:
    """Return the six figures at the top."""
    t, cases = view.totals, say("word.cases")
    newest = f"{say('runs.night')} {t['newest_night']}" if t["newest_night"] else ""
    late = say("overview.late_note", share=share(t["overdue"], t["open"]))
    standing = say("overview.determined_note", n=f"{t['decided']:,}")
    back = say("overview.recovered_note", share=share(abs(t["recovered"]), abs(t["determined"])))
    return html.Div(
        [
            tile(say("overview.to_review"), f"{t['new']:,}", cases, newest, "/queue?state=new"),
            tile(say("overview.in_work"), f"{t['open']:,}", cases, say("overview.in_work_note"),
                 f"/queue?{OPEN}"),
            tile(say("overview.late"), f"{t['overdue']:,}", cases, late, "/queue?due=overdue",
                 is_bad=t["overdue"] > 0),
            tile(say("overview.at_issue"), *short(t["at_issue"]), say("overview.cases_note", n=f"{t['cases']:,}"),
                 "/queue"),
            tile(say("overview.determined"), *short(t["determined"]), standing, CLOSED),
            tile(say("overview.recovered"), *short(t["recovered"]), back, f"{CLOSED}&sort=-recovered"),
        ],
        className="kpis six",
    )  # fmt: skip


def estimated(rules: Sequence[Row]) -> Part:
    """Return the estimated exposure of rules that put no fund at issue; it is never added to the fund."""
    guessed = [row for row in rules if not row["at_issue"] and row["exposure"]]
    guessed.sort(key=lambda row: -row["exposure"])
    if not guessed:
        return html.P(say("word.none"), className="mute")
    return bars([rule_bar(row, "exposure", "suspicious") for row in guessed[:MOST_ESTIMATED]], say("case.exposure"))


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


def money_steps(steps: Sequence[Row]) -> Part:
    """Return the steps of the money, each with its share of the one before."""
    links = {"raised": "/queue", "determined": f"{CLOSED}&decision=confirmed,partial",
             "recovered": f"{CLOSED}&sort=-recovered"}  # fmt: skip
    rows = []
    for before, row in zip([None, *steps], steps, strict=False):
        part = f" · {share(abs(row['fen']), abs(before['fen']))}" if before and before["fen"] else ""
        title = f"{row['name']} {row['cases']:,} {say('word.cases')}，¥{grouped(row['fen'])}"
        rows.append(Bar(f"{row['name']}{part}", row["fen"], " ".join(short(row["fen"])),
                        links.get(row["step"], ""), title=title))  # fmt: skip
    return bars(rows, say("overview.steps"))


def deadlines(ages: Sequence[Row]) -> Part:
    """Return the open cases of each agency by class of deadline, those with the largest share overdue on top."""
    regions: dict[str, Row] = {}
    for row in ages:
        one = regions.setdefault(row["region"], {"region": row["region"], "name": row["name"], "cases": {}})
        one["cases"][row["age"]] = one["cases"].get(row["age"], 0) + row["cases"]
    shown = sorted(regions.values(), key=lambda one: (-_late(one) / _open(one), -_open(one)))
    if not shown:
        return html.P(say("word.none"), className="mute")
    for one in shown:
        one["links"] = {
            age: age_link(age, f"region={one['region']}") or f"/queue?region={one['region']}&{OPEN}" for age in AGES
        }
    numbers = [[one["name"], *[f"{one['cases'].get(age, 0):,}" for age in AGES], share(_late(one), _open(one))]
               for one in shown]  # fmt: skip
    heads = ("经办机构", *AGES, "超期占比")
    return plot("deadlines", figures.deadlines(shown, AGES), say("overview.deadlines"), Numbers(heads, numbers))


def _open(region: Row) -> int:
    return sum(region["cases"].values()) or 1


def _late(region: Row) -> int:
    return sum(region["cases"].get(age, 0) for age in LATE_CLASSES)


def money(regions: Sequence[Row]) -> Part:
    """Return what was determined and what came back at each agency, the widest gap on top."""
    shown = [
        {"name": row["name"], "determined": row["determined"] / 100, "recovered": row["recovered"] / 100,
         "link": f"{CLOSED}&region={row['region']}", "gap": row["determined"] - row["recovered"]}
        for row in regions
        if row["determined"] > 0
    ]  # fmt: skip
    if not shown:
        return html.P(say("region.recovered_none"), className="mute")
    shown.sort(key=lambda row: -row["gap"])
    numbers = [
        [row["name"], yuan(row["determined"]) or "", yuan(row["recovered"]) or "",
         share(row["recovered"], row["determined"])]
        for row in sorted(regions, key=lambda row: row["recovered"] - row["determined"])
        if row["determined"] > 0
    ]  # fmt: skip
    heads = ("经办机构", "认定（元）", "追回（元）", "追回占比")
    return plot("money", figures.dumbbell(shown), say("overview.money"), Numbers(heads, numbers))


def per_agency(regions: list[Row]) -> Part:
    """Return the table of agencies with a sum; a name leads to the agency's page, a number to its cases."""
    counted = {"cases": "", "new": "&state=new", "open": f"&{OPEN}",
               "overdue": "&due=overdue", "decided": f"&{DECIDED}"}  # fmt: skip
    rows: list[list[Part]] = [
        [
            dcc.Link(row["name"], href=f"/regions/{row['region']}"),
            *[_number(row[name], f"/queue?region={row['region']}{query}") for name, query in counted.items()],
            share(row["upheld"], row["decided"]) if row["decided"] else say("word.none"),
            *[grouped(row[name]) for name in ("at_issue", "determined", "recovered")],
        ]
        for row in sorted(regions, key=lambda row: -row["at_issue"])
    ]
    summed = (*counted, "upheld", "at_issue", "determined", "recovered")
    total = {name: sum(row[name] for row in regions) for name in summed}
    rows.append(
        [
            "合计",
            *[f"{total[name]:,}" for name in counted],
            share(total["upheld"], total["decided"]),
            *[grouped(total[name]) for name in ("at_issue", "determined", "recovered")],
        ]
    )
    names = ("案件", "待复核", "在办", "超期", "已有结论", "核实率", say("col.at_issue"), say("col.determined"),
             "追回（元）")  # fmt: skip
    heads = [("经办机构", ""), *[(name, "right") for name in names]]
    return html.Div(table(heads, rows, label=say("overview.by_agency"), last_is_total=True), className="scroll-x")


def _number(number: int, href: str) -> Part:
    return dcc.Link(f"{number:,}", href=href) if number else html.Span("0", className="mute")


def _card(title: str, body: Part, note: str | None = None) -> Part:
    return html.Section([heading(title, note, level=2), body], className="card")


def page(view: Overview) -> Part:
    """Return the overview."""
    if not view.totals["cases"]:
        to_runs = link_button(say("nav.runs"), "/runs", "primary")
        return html.Div(empty(say("overview.none"), "", to_runs), className="page")
    return html.Div(
        [
            html.Div(html.H1(say("overview.title")), className="page-head"),
            headlines(view),
            html.Div(
                [
                    _map(view.regions),
                    html.Div(
                        [
                            _card(say("overview.steps"), money_steps(view.steps), say("overview.steps_note")),
                            _card(say("overview.by_state"), by_state(view.states)),
                        ],
                        className="stack",
                    ),
                ],
                className="columns-2",
            ),
            html.Div(
                [
                    _card(say("overview.deadlines"), deadlines(view.ages), say("overview.deadlines_note")),
                    _card(say("overview.money"), money(view.regions), say("overview.money_note")),
                ],
                className="columns-2",
            ),
            html.Div(
                [
                    _card(say("overview.by_rule"), bars(rule_bars(view.rules), say("overview.by_rule"))),
                    _card(say("case.exposure"), estimated(view.rules), say("overview.estimated_note")),
                ],
                className="columns-2",
            ),
            _card(say("overview.by_agency"), per_agency(view.regions)),
        ],
        className="page stack",
    )


def _map(regions: list[Row]) -> Part:
    first = next(iter(cartogram.METRICS))
    return html.Section(
        [
            html.Div(
                [
                    html.H2(say("overview.map")),
                    html.Span(cartogram.switch(first), id="switch", className="spacer row"),
                ],
                className="heading",
            ),
            html.Div(cartogram.tiles(regions, first), id="tiles"),
            html.P(say("overview.map_note"), className="mute"),
        ],
        className="card",
    )
