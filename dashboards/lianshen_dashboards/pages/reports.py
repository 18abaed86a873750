"""/reports: how did the month go, and how does each agency do? To read, and to take along as PDF or Word."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html

from lianshen.cases.reports.measures import MEASURES, Assessment
from lianshen.cases.reports.papers import interval, method, percent
from lianshen.cases.reports.papers import share as exact_share
from lianshen.cases.reports.periods import Period
from lianshen.cases.services.bulletins import Bulletin, Ranked
from lianshen.cases.services.scope import agency_name
from lianshen_dashboards.figures.rates import Rate, forest
from lianshen_dashboards.parts.bars import Bar, bars
from lianshen_dashboards.parts.common import Part, empty, heading, table
from lianshen_dashboards.parts.plot import plot
from lianshen_dashboards.present import grouped, short
from lianshen_dashboards.texts import say

PATH = "/reports"
TITLE = f"{say('reports.title')} · {say('app.name')}"
RIGHT = "right"


def address(period: Period, measure: str = "") -> str:
    """Return where a period's report is."""
    return f"{PATH}?period={period.key}" + (f"&measure={measure}" if measure else "")


def frame(months: Sequence[Period], quarters: Sequence[Period], chosen: Period | None, body: Part) -> Part:
    """Return the page: the periods at the left, one of them beside."""
    lists = [
        html.Section(
            [
                heading(title, level=2),
                html.Ul(
                    [
                        html.Li(
                            dcc.Link(one.name, href=address(one), className="period on" if one == chosen else "period"),
                            **({"aria-current": "page"} if one == chosen else {}),
                        )
                        for one in some
                    ],
                    className="periods",
                ),
            ],
            className="card",
        )
        for title, some in ((say("reports.quarters"), quarters), (say("reports.months"), months))
    ]
    side = html.Nav(lists, className="stack", **{"aria-label": say("reports.periods")})
    return html.Div(html.Div([side, html.Div(body, className="stack")], className="report-columns"), className="page")


def denied() -> Part:
    """Return what other roles see."""
    return html.Div(empty(say("reports.denied"), say("reports.denied_hint")), className="page")


def unknown() -> Part:
    """Return what stands in the place of a period that is none."""
    return html.Div(empty(say("reports.unknown"), say("reports.unknown_hint")), className="card")


def _head(found: Bulletin | Assessment, title: str, kind: str, key: str) -> Part:
    state = "reports.provisional" if found.is_provisional else "reports.as_of"
    links = [
        html.A(
            say(f"reports.{form}"), href=f"/api/v1/reports/{kind}.{form}?{key}={found.period.key}", className="btn",
            download="",
        )
        for form in ("pdf", "docx")
    ]  # fmt: skip
    return html.Div(
        [
            html.Div([html.H1(title), html.P(say(state, day=found.as_of), className="mute")]),
            html.Div(links, className="row"),
        ],
        className="report-head",
    )


def bulletin_part(found: Bulletin) -> Part:
    """Return a month."""
    total, before = found.totals, found.before

    def tile(name: str, value: str, unit: str, note: str) -> Part:
        return html.Div(
            [
                html.Div(say(f"reports.{name}"), className="name"),
                html.Div([value, " ", html.Small(unit)], className="value"),
                html.Div(note, className="note"),
            ],
            className="card kpi",
        )

    cases = say("word.cases")
    was = [" ".join(short(amount)) for amount in (found.at_issue, total.at_issue, before.determined, before.recovered)]
    tiles = [
        tile("raised", f"{found.raised:,}", cases, was[0]),
        tile("released", f"{total.released:,}", cases, was[1]),
        tile("closed", f"{total.closed:,}", cases, say("reports.held", share=exact_share(total.held, total.closed))),
        tile("determined", *short(total.determined), say("reports.before", value=was[2])),
        tile("recovered", *short(total.recovered), say("reports.before", value=was[3])),
    ]
    return [
        _head(found, say("reports.month_title", period=found.period.name), "bulletin", "month"),
        html.Div(tiles, className="kpis"),
        html.Section([heading(say("reports.by_agency"), level=2), _agencies(found)], className="card"),
        html.Div(
            [_top("by_rule", found.rules, "/queue?rule="), _top("by_institution", found.institutions, "/queue?inst=")],
            className="columns-2",
        ),
    ]


def _agencies(found: Bulletin) -> Part:
    heads = [("就医地", ""), *[(text, RIGHT) for text in ("下发", "涉及基金(元)", "办结", "核实率", "认定(元)")]]
    heads += [(text, RIGHT) for text in ("追回(元)", "在办", "超期")]
    rows: list[list[Part]] = [
        [
            dcc.Link(row.name, href=f"/queue?region={row.agency}") if row.agency else row.name,
            f"{row.released:,}", grouped(row.at_issue), f"{row.closed:,}", exact_share(row.held, row.closed),
            grouped(row.determined), grouped(row.recovered), f"{row.open:,}", f"{row.overdue:,}",
        ]
        for row in (*found.agencies, found.totals)
    ]  # fmt: skip
    return html.Div(table(heads, rows, label=say("reports.by_agency"), last_is_total=True), className="scroll-x")


def _top(name: str, rows: Sequence[Ranked], href: str) -> Part:
    shown = [
        Bar(row.name, row.determined, " ".join(short(row.determined)), f"{href}{row.code}", title=row.code)
        for row in rows
    ]
    title = say(f"reports.{name}")
    body = bars(shown, title) if shown else html.P(say("reports.nothing_held"), className="mute")
    return html.Section([heading(title, level=2), body], className="card")


def assessment_part(found: Assessment, measure: str) -> Part:
    """Return a quarter: the ranks, and one measure as a figure and a table."""
    return [
        _head(found, say("reports.quarter_title", period=found.period.name), "assessment", "quarter"),
        html.Section(
            [heading(say("reports.overall"), say("reports.overall_note"), level=2), _overall(found)], className="card"
        ),
        html.Section(
            [
                html.Div([html.H2(MEASURES[measure].name), _switch(found, measure)], className="heading"),
                html.P(f"{MEASURES[measure].formula}。", className="mute"),
                _measure(found, measure),
            ],
            className="card",
        ),
        html.Details(
            [html.Summary(say("reports.method")), *[html.P(text) for text in method(found)]], className="card method"
        ),
    ]


def _switch(found: Assessment, chosen: str) -> Part:
    links = [
        dcc.Link(
            measure.name, href=address(found.period, key), className="btn quiet on" if key == chosen else "btn quiet"
        )
        for key, measure in MEASURES.items()
    ]
    return html.Div(links, className="row spacer")


def _overall(found: Assessment) -> Part:
    heads = [(say("reports.rank"), RIGHT), (say("reports.agency"), ""), (say("reports.score"), RIGHT)]
    heads += [(say("reports.likely"), RIGHT), *[(measure.name, RIGHT) for measure in MEASURES.values()]]
    order = sorted(found.agencies, key=lambda code: (found.overall[code].rank is None, found.overall[code].rank, code))
    rows: list[list[Part]] = []
    for code in order:
        one = found.overall[code]
        counted = one.rank is not None and one.score is not None
        rates = [percent(found.standings[key][code].shrunk) if counted else say("word.none") for key in MEASURES]
        score = f"{100 * one.score:.1f}" if counted and one.score is not None else say("word.none")
        rows.append(
            [str(one.rank or say("word.none")), agency_name(code), score, interval(one.rank_low, one.rank_high), *rates]
        )
    return html.Div(table(heads, rows, label=say("reports.overall")), className="scroll-x")


def _measure(found: Assessment, key: str) -> Part:
    standing = found.standings[key]
    counted = sorted(
        (code for code in found.agencies if standing[code].rank is not None),
        key=lambda code: (standing[code].rank, code),
    )
    if not counted:
        return html.P(say("reports.no_counts"), className="mute")
    rates, rows = [], []
    for code in counted:
        one = standing[code]
        said = f"{percent(one.low)}–{percent(one.high)}"
        count = f"{one.successes:g}/{one.trials:g}" if one.trials == int(one.trials) else f"{one.trials:.1f}"
        rates.append(Rate(agency_name(code), one.raw or 0.0, one.shrunk, one.low, one.high, f"{count}，{said}"))
        likely = interval(one.rank_low, one.rank_high)
        rows.append([str(one.rank), agency_name(code), count, percent(one.raw), percent(one.shrunk), said, likely])
    heads = [(say("reports.rank"), RIGHT), (say("reports.agency"), "")]
    heads += [(say(f"reports.{name}"), RIGHT) for name in ("counts", "raw", "shrunk", "interval", "likely")]
    mean = found.priors[key].mean
    says = say("reports.says", name=MEASURES[key].name, mean=percent(mean))
    return html.Div(
        [
            html.Div(
                [plot(f"rates-{key}", forest(rates, mean), says), html.P(say("reports.measure_note"), className="mute")]
            ),
            html.Div(table(heads, rows, label=MEASURES[key].name), className="scroll-x"),
        ],
        className="columns-2",
    )
