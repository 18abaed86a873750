"""/institutions/<code>: is it a pattern? One institution beside its peers, over its months, rules and items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html

from lianshen.cases.domain import SEVERITIES
from lianshen.cases.limits import Month
from lianshen.cases.services import LEVELS
from lianshen.cases.services.institutions import KINDS
from lianshen.cases.services.peers import LEAST_SIZE, Peers
from lianshen_dashboards.figures import peers as figures
from lianshen_dashboards.pages import institutions
from lianshen_dashboards.parts.case_table import case_table
from lianshen_dashboards.parts.common import Part, empty, heading, link_button, table
from lianshen_dashboards.parts.marks import DECIDED, OPEN, tile
from lianshen_dashboards.parts.plot import Numbers, plot
from lianshen_dashboards.present import Row, grouped, share, short
from lianshen_dashboards.texts import say

PATH = "/institutions/<code>"
TITLE = f"{say('institutions.title')} · {say('app.name')}"


@dataclass(frozen=True)
class InstitutionView:
    """One institution under the principal's scope; money in fen. ``about`` are findings with their sentences."""

    row: Row
    group: tuple[str, str]
    peers: Peers | None
    centre: float
    months: Sequence[Month]
    mix: Sequence[Row]
    items: Sequence[Row]
    about: Sequence[Row]
    cases: Sequence[Row]
    opens_persons: bool = False

    @property
    def queue(self) -> str:
        return f"/queue?inst={self.row['code']}"


def missing() -> Part:
    """Return the page of an institution that is not there or not for these eyes: the two look the same."""
    back = link_button(say("institutions.title"), institutions.PATH, "primary")
    return html.Div(empty(say("institution.not_found"), "", back), className="page")


def page(view: InstitutionView) -> Part:
    """Return one institution."""
    row = view.row
    what = [LEVELS.get(row["level"], row["level"]), KINDS.get(row["kind"], ""), row["region_name"], row["code"]]
    beds = f"{row['beds']:,} 张床位" if row["beds"] else ""
    title = html.Div(
        [
            dcc.Link(f"← {say('institutions.title')}", href=institutions.PATH, className="btn quiet"),
            html.H1(row["name"]),
            html.Span(" · ".join(part for part in (*what, beds) if part), className="mute num"),
            html.Span(className="spacer"),
            link_button(say("region.queue"), view.queue),
        ],
        className="page-head",
    )
    group = institutions.group_name(view.group)
    note = institutions.note(view.peers, group) if view.peers else None
    return html.Div(
        [
            title,
            headlines(view),
            html.Div(
                [
                    _card(say("institutions.funnel"), funnel(view, group), note),
                    html.Div(
                        [
                            _card(say("institution.months"), months(view), say("institution.months_note")),
                            _card(say("institution.about"), about(view.about), say("institution.about_note")),
                        ],
                        className="stack",
                    ),
                ],
                className="columns-2",
            ),
            html.Div(
                [
                    _card(say("institution.mix"), mix(view), say("institution.mix_note")),
                    _card(say("institution.items"), items(view)),
                ],
                className="columns-2",
            ),
            _card(say("institution.cases"), cases(view), link_button("全部", view.queue, "small quiet")),
        ],
        className="page stack",
    )


def headlines(view: InstitutionView) -> Part:
    """Return the figures at the top, each with its cases."""
    row, cases = view.row, say("word.cases")
    upheld = f"核实率 {share(row['upheld'], row['decided'])}" if row["decided"] else ""
    decided = f"{view.queue}&{DECIDED}"
    back = say("overview.recovered_note", share=share(abs(row["recovered"]), abs(row["determined"])))
    late = f"超期 {row['overdue']:,}"
    return html.Div(
        [
            tile(say("institution.cases"), f"{row['cases']:,}", cases, upheld, view.queue),
            tile(say("overview.in_work"), f"{row['open']:,}", cases, late,
                 f"{view.queue}&{OPEN}", is_bad=row["overdue"] > 0),
            tile(say("overview.determined"), *short(row["determined"]),
                 f"{say('overview.at_issue')} {' '.join(short(row['at_issue']))}", decided),
            tile(say("overview.recovered"), *short(row["recovered"]), back, f"{decided}&sort=-recovered"),
        ],
        className="kpis four",
    )  # fmt: skip


def funnel(view: InstitutionView, group: str) -> Part:
    """Return where the institution lies among its peers."""
    if view.peers is None:
        return html.P(f"近 12 个月结算不足 {LEAST_SIZE} 件，或尚未发布结算量，不作对照", className="mute")
    return institutions.funnel(view.peers, group, view.row["code"])


def months(view: InstitutionView) -> Part:
    """Return the chart of months."""
    if not view.months:
        return html.P(say("institutions.no_volume"), className="mute")
    links = {one.month: f"{view.queue}&since={one.month}-01&until={one.month}-{_last(one.month)}"
             for one in view.months}  # fmt: skip
    rows = [
        [one.month, f"{one.rate.size:,}", f"{one.rate.hits:,}", f"{one.rate.value:.1%}",
         f"{one.low:.1%} – {one.high:.1%}", "超出" if one.is_beyond else ""]
        for one in view.months
    ]  # fmt: skip
    heads = ("月份", "结算数", "涉案结算", "占比", "界限", "")
    figure = figures.months_figure(view.centre, view.months, links)
    return plot("months", figure, say("institution.months"), Numbers(heads, rows))


def _last(month: str) -> int:
    from calendar import monthrange

    year, number = map(int, month.split("-"))
    return monthrange(year, number)[1]


def mix(view: InstitutionView) -> Part:
    """Return the rules of its cases beside the peers'."""
    if not view.mix:
        return html.P(say("institution.none"), className="mute")
    shown = [
        {"name": f"{row['rule']} {row['name']}"[:22], "own": row["own"], "peers": row["peers"],
         "link": f"{view.queue}&rule={row['rule']}"}
        for row in view.mix
    ]  # fmt: skip
    rows = [
        [f"{row['rule']} {row['name']}", f"{row['cases']:,}", f"{row['own']:.0%}",
         say("word.none") if row["peers"] is None else f"{row['peers']:.0%}"]
        for row in view.mix
    ]  # fmt: skip
    heads = ("规则", "案件", "本机构", "同级同类")
    return plot("mix", figures.mix_figure(shown), say("institution.mix"), Numbers(heads, rows))


def items(view: InstitutionView) -> Part:
    """Return the items of case lines that carry most money."""
    if not view.items:
        return html.P(say("institution.none"), className="mute")
    heads = [("项目", ""), ("国家编码", "num"), ("案件", "right"), ("行数", "right"), (say("col.at_issue"), "right"),
             (say("col.determined"), "right")]  # fmt: skip
    rows: list[list[Part]] = [
        [row["name"], row["hilist_code"] or "", f"{row['cases']:,}", f"{row['lines']:,}", grouped(row["at_issue"]),
         grouped(row["determined"])]
        for row in view.items
    ]  # fmt: skip
    return html.Div(table(heads, rows, label=say("institution.items")), className="scroll-x", tabIndex=0)


def about(rows: Sequence[Row]) -> Part:
    """Return the findings about the institution as a whole."""
    if not rows:
        return html.P(say("institution.about_none"), className="mute")
    said: list[Part] = []
    for row in rows:
        tone = "red" if row["severity"] == 3 else "amber"
        name = html.B(f"{row['period']} {row['source_id']} {row['title']}")
        head = html.Div([name, " ", html.Span(SEVERITIES[row["severity"]], className=f"pill {tone}")])
        said.append(html.Li([head, html.Div(row["sentence"]), html.Div(_amounts(row), className="mute num")]))
    return html.Ul(said, className="points")


def _amounts(row: Row) -> str:
    known = (("涉及基金", row["a2"]), (say("case.exposure"), row["exposure"]))
    return "　".join(f"{name} ¥{grouped(fen)}" for name, fen in known if fen)


def cases(view: InstitutionView) -> Part:
    """Return the weightiest cases, with the persons' pages for those who work with persons."""
    if not view.cases:
        return html.P(say("institution.none"), className="mute")
    shown = [{**row, "person_name": _person(row)} for row in view.cases] if view.opens_persons else view.cases
    return case_table(shown, say("institution.cases"), "person_name", say("person.title"))


def _person(row: Row) -> Part:
    return dcc.Link(row["person_name"], href=f"/persons/{row['person']}", className="num nowrap")


def _card(title: str, body: Part, note: Part = None) -> Part:
    return html.Section([heading(title, note, level=2), body], className="card")
