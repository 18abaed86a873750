"""/institutions: which institutions lie beyond their peers, and what their cases come to?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_ag_grid as dag
from dash import dcc, html

from lianshen.cases.services import LEVELS
from lianshen.cases.services.institutions import KINDS
from lianshen.cases.services.peers import LEAST_PEERS, Peers, Placed
from lianshen_dashboards import grid
from lianshen_dashboards.figures.peers import Dot, funnel_figure
from lianshen_dashboards.parts.common import Part, empty, heading
from lianshen_dashboards.parts.plot import Numbers, plot
from lianshen_dashboards.present import Row, yuan
from lianshen_dashboards.texts import say

PATH = "/institutions"
TITLE = f"{say('institutions.title')} · {say('app.name')}"
PLACES = {
    2: ("far-above", "institutions.above"),
    1: ("above", "institutions.near"),
    0: ("below", "institutions.within"),
    -1: ("below", "institutions.below"),
    -2: ("below", "institutions.below"),
}
Groups = Mapping[tuple[str, str], Peers]


def page(rows: Sequence[Row], groups: Groups, chosen: str = "") -> Part:
    """Return the funnel of the chosen kind and grade, and the list of all institutions with cases."""
    title = html.Div(
        [html.H1(say("institutions.title")), html.Span(f"{len(rows):,} 家有案件", className="mute num")],
        className="page-head",
    )
    if not rows and not groups:
        return html.Div([title, empty(say("institutions.none"))], className="page")
    return html.Div([title, _funnels(groups, chosen), _list(rows, groups)], className="page stack")


def group_name(group: tuple[str, str]) -> str:
    """Return the name of a kind and grade."""
    kind, level = group
    return " ".join(part for part in (LEVELS.get(level, "" if kind == "2" else level), KINDS.get(kind, kind)) if part)


def dots(placed: Sequence[Placed], this: str = "") -> list[Dot]:
    """Return the marks of a funnel; a click leads to the institution, or to the cases of the one looked at."""
    return [
        Dot(
            one.name,
            one.rate.size,
            one.rate.hits,
            one.rate.value,
            one.place,
            f"/queue?inst={one.code}" if one.code == this else f"/institutions/{one.code}",
            one.code == this,
        )
        for one in placed
    ]


def funnel(peers: Peers, name: str, this: str = "") -> Part:
    """Return the funnel of a group, or a word where the peers are too few."""
    if peers.funnel is None:
        return html.P(say("institutions.few", least=LEAST_PEERS), className="mute")
    marks = dots(peers.placed, this)
    shown = sorted(marks, key=lambda dot: -dot.share)
    rows = [[dot.name, f"{dot.size:,}", f"{dot.hits:,}", f"{dot.share:.1%}", _place(dot.place)[1]] for dot in shown]
    heads = ("机构", "结算数", "涉案结算", "占比", "对照")
    figure = funnel_figure(peers.funnel, marks)
    return plot("funnel", figure, f"{say('institutions.funnel')}：{name}", Numbers(heads, rows))


def note(peers: Peers, name: str) -> str:
    """Return what stands beside the heading of a funnel."""
    phi = f"{peers.funnel.dispersion:.1f}" if peers.funnel else say("word.none")
    return say("institutions.funnel_note", group=name, phi=phi)


def _place(place: int) -> tuple[str, str]:
    style, key = PLACES[place]
    return style, say(key)


def _funnels(groups: Groups, chosen: str) -> Part:
    if not groups:
        return html.Section(html.P(say("institutions.no_volume"), className="mute"), className="card")
    by_key = {f"{kind}-{level}": (kind, level) for kind, level in groups}
    usual = max(groups, key=lambda one: (groups[one].funnel is not None, one[0] == "1", len(groups[one].placed)))
    group = by_key.get(chosen, usual)
    peers, name = groups[group], group_name(group)
    switch = [
        dcc.Link(
            f"{group_name(one)} {len(groups[one].placed)}",
            href=f"{PATH}?group={key}",
            className="btn small" + (" primary" if one == group else ""),
        )
        for key, one in sorted(by_key.items(), key=lambda item: item[1])
    ]
    return html.Section(
        [
            heading(say("institutions.funnel"), note(peers, name), level=2),
            html.Div(switch, className="row", role="group", **{"aria-label": say("institutions.funnel")}),
            funnel(peers, name),
        ],
        className="card",
    )


def _list(rows: Sequence[Row], groups: Groups) -> Part:
    placed = {one.code: (one, peers.funnel) for peers in groups.values() for one in peers.placed}
    data = [_row(row, *placed.get(row["code"], (None, None))) for row in rows]
    box = dcc.Input(type="search", placeholder=say("institutions.search"), className="input", id="institutions-q")
    search = html.Label(
        [html.Span(say("filter.q"), className="hidden-text"), box], **{"data-filters-grid": "institutions"}
    )
    return html.Section(
        [
            html.Div(
                [html.H2(say("institutions.list")),
                 html.Span(className="spacer"), search],
                className="heading",
            ),
            _grid(data),
        ],
        className="card",
    )  # fmt: skip


def _row(row: Row, placed: Placed | None, limits: object) -> Row:
    style, name = _place(placed.place) if placed and limits else ("", "")
    return {
        "link": f"/institutions/{row['code']}",
        "code": row["code"],
        "name": row["name"],
        "level": LEVELS.get(row["level"], row["level"]),
        "region": row["region_name"],
        "size": placed.rate.size if placed else None,
        "share": placed.rate.value if placed else None,
        "place": placed.place if placed and limits else None,
        "place_name": name,
        "place_class": style,
        **{name: row[name] for name in ("cases", "overdue")},
        "upheld": row["upheld"] / row["decided"] if row["decided"] else None,
        **{name: yuan(row[name]) for name in ("at_issue", "determined", "recovered")},
    }


def _grid(data: Sequence[Row]) -> Part:
    def column(field: str, name: str, width: int, **more: Any) -> dict[str, Any]:
        return {"field": field, "headerName": name, "width": width, **more}

    right: dict[str, Any] = {"type": "rightAligned", "cellClass": ["ag-right-aligned-cell", "number"]}
    whole = {**right, "valueFormatter": grid.function("whole(params.value)")}
    percent = {**right, "valueFormatter": grid.function("percent(params.value)")}
    # Amounts are exact text, and sort as the numbers they say.
    money = {**grid.MONEY, "comparator": {"function": "byAmount"}}
    return dag.AgGrid(
        id="institutions",
        rowData=list(data),
        columnDefs=[
            column("name", "机构", 160, cellRenderer="Link", pinned="left", flex=1, minWidth=142),
            column("level", "等级", 84),
            column("region", "经办机构", 84),
            column("size", "年结算", 80, **whole),
            column("share", "涉案占比", 88, **percent),
            column("place", "同级对照", 118, cellRenderer="Place", sort="desc"),
            column("cases", "案件", 64, **whole),
            column("overdue", "超期", 64, **whole),
            column("upheld", "核实率", 78, **percent),
            column("at_issue", "涉及（元）", 116, **money),
            column("determined", "认定（元）", 116, **money),
            column("recovered", "追回（元）", 108, **money),
        ],
        getRowId="params.data.code",
        defaultColDef={**grid.DEFAULT_COLUMN},
        style={"height": "440px", "width": "100%"},
        className="",
        dashGridOptions=grid.options(),
    )
