"""/regions/<code>: how does this agency do? How fast, who with, how well, and what money came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from dash import dcc, html

from lianshen.agency import CENTRE, agencies
from lianshen.cases.store import Terms
from lianshen_dashboards.figures import agencies as figures
from lianshen_dashboards.parts.bars import bars
from lianshen_dashboards.parts.common import Part, empty, heading, link_button, table
from lianshen_dashboards.parts.marks import DECIDED, OPEN, age_bars, rule_bars, tile
from lianshen_dashboards.parts.plot import Numbers, plot
from lianshen_dashboards.present import Row, grouped, share, short, yuan
from lianshen_dashboards.texts import say

PATH = "/regions/<code>"
TITLE = f"{say('region.title')} · {say('app.name')}"
WEEK = timedelta(days=6)


@dataclass(frozen=True)
class RegionView:
    """One agency under the principal's scope; money in fen."""

    code: str
    name: str
    totals: Row
    ages: Sequence[Row]
    rules: Sequence[Row]
    weeks: Sequence[Row]
    desks: Sequence[Row]
    quality: Sequence[Row]
    recovered: Sequence[Row]
    terms: Terms

    @property
    def query(self) -> str:
        """The filter of its cases: a county's own people see no others anyway."""
        return f"region={self.code}" if self.code in agencies() or self.code == CENTRE else f"county={self.code}"


def missing() -> Part:
    """Return the page of an agency that is not there or not for these eyes: the two look the same."""
    back = link_button(say("nav.overview"), "/overview", "primary")
    return html.Div(empty(say("region.not_found"), "", back), className="page")


def page(view: RegionView) -> Part:
    """Return one agency."""
    queue = f"/queue?{view.query}"
    title = html.Div(
        [html.H1(view.name), html.Span(view.code, className="mute num"), html.Span(className="spacer"),
         link_button(say("region.queue"), queue)],
        className="page-head",
    )  # fmt: skip
    return html.Div(
        [
            title,
            headlines(view, queue),
            html.Div(
                [
                    _card(say("region.speed"), speed(view), say("region.speed_note")),
                    html.Div(
                        [
                            _card(say("region.desk"), desks(view), say("region.desk_note")),
                            _card(say("region.quality"), quality(view.quality)),
                        ],
                        className="stack",
                    ),
                ],
                className="columns-2",
            ),
            html.Div(
                [
                    html.Div(
                        [
                            _card(say("region.age"), age_bars(view.ages, view.query)),
                            _card(say("region.recovered"), recovered(view.recovered)),
                        ],
                        className="stack",
                    ),
                    _card(say("region.rules"), bars(rule_bars(view.rules, view.query), say("region.rules"))),
                ],
                className="columns-2",
            ),
        ],
        className="page stack",
    )


def headlines(view: RegionView, queue: str) -> Part:
    """Return the agency's four figures; each leads to its cases."""
    t, cases = view.totals, say("word.cases")
    return html.Div(
        [
            tile(say("overview.in_work"), f"{t['open']:,}", cases, say("overview.in_work_note"),
                 f"{queue}&{OPEN}"),
            tile(say("overview.late"), f"{t['overdue']:,}", cases,
                 say("overview.late_note", share=share(t["overdue"], t["open"])), f"{queue}&due=overdue",
                 is_bad=t["overdue"] > 0),
            tile(say("overview.determined"), *short(t["determined"]),
                 f"{say('overview.at_issue')} {' '.join(short(t['at_issue']))}",
                 f"{queue}&{DECIDED}"),
            tile(say("overview.recovered"), *short(t["recovered"]),
                 say("overview.recovered_note", share=share(abs(t["recovered"]), abs(t["determined"]))),
                 f"{queue}&{DECIDED}&sort=-recovered"),
        ],
        className="kpis four",
    )  # fmt: skip


def speed(view: RegionView) -> Part:
    """Return the curve of each week, and its numbers."""
    if not view.weeks:
        return html.P(say("region.speed_none"), className="mute")
    rows = [
        [
            f"{week['week']} – {week['week'] + WEEK:%m-%d}",
            f"{week['released']:,}",
            *[share(_closed_by(week, days), week["released"]) if week["age"] >= days else "" for days in (5, 15, 30)],
            share(_closed_by(week, week["age"]), week["released"]),
        ]
        for week in view.weeks
    ]
    heads = ("下发周", "下发", "5 日内", "15 日内", "30 日内", "至今")
    figure = figures.closing(view.weeks, view.terms.due_days, view.terms.due_days_high)
    return plot("speed", figure, say("region.speed_says"), Numbers(heads, rows))


def _closed_by(week: Row, days: int) -> int:
    return max((number for day, number in week["closed"] if day <= days), default=0)


def desks(view: RegionView) -> Part:
    """Return the table of handlers; each name leads to what is on the desk."""
    heads = [("经办", ""), ("在办", "right"), ("超期", "right"), ("3 日内到期", "right"), ("退回", "right"),
             ("待确认", "right"), ("办结", "right"), ("在办涉及（元）", "right")]  # fmt: skip
    rows: list[list[Part]] = []
    for desk in view.desks:
        login = desk["login"]
        queue = f"/queue?{view.query}" + (f"&assignee={login}" if login else "&state=released")
        name = desk["name"] or login or say("region.nobody")
        late = html.Span(f"{desk['overdue']:,}", className="check-bad" if desk["overdue"] else "mute")
        rows.append(
            [dcc.Link(name, href=queue), f"{desk['open']:,}", late,
             *[f"{desk[column]:,}" for column in ("soon", "returned", "submitted", "closed")],
             grouped(desk["at_issue"])]
        )  # fmt: skip
    if not rows:
        return html.P(say("institution.none"), className="mute")
    return html.Div(table(heads, rows, label=say("region.desk")), className="scroll-x")


def quality(rows: Sequence[Row]) -> Part:
    """Return the measures of how well the work holds, each with what it is a share of."""
    cells: list[Part] = []
    for row in rows:
        text = share(row["part"], row["whole"]) if row["whole"] else say("word.none")
        of = say("quality.of", part=f"{row['part']:,}", whole=f"{row['whole']:,}")
        cells.append(html.Div([html.Dt(say(f"quality.{row['what']}")), html.Dd([text, " ", html.Small(of)])]))
    return html.Dl(cells, className="measures")


def recovered(rows: Sequence[Row]) -> Part:
    """Return what came back per month and way."""
    if not rows:
        return html.P(say("region.recovered_none"), className="mute")
    numbers = [[row["month"], row["name"], yuan(row["fen"]) or ""] for row in rows]
    shown = [{**row, "yuan": row["fen"] / 100} for row in rows]
    return plot(
        "recovered", figures.recovered(shown), say("region.recovered"), Numbers(("月份", "方式", "元"), numbers)
    )


def _card(title: str, body: Part, note: str | None = None) -> Part:
    return html.Section([heading(title, note, level=2), body], className="card")
