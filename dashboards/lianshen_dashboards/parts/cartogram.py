"""The province as equal tiles: one per agency, placed as on the map, coloured in six classes, each a link.

No boundary data, no bias by area: the three largest prefectures hold six tenths of the land and a small
part of the cases.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dash import dcc, html

from lianshen.agency import CENTRE, agencies
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.present import Row, share, short
from lianshen_dashboards.texts import say

CLASSES = 6


@dataclass(frozen=True)
class Metric:
    """What the tiles show: a size to compare by, and how it is written."""

    size: Callable[[Row], int]
    text: Callable[[Row], str]


def _money(column: str) -> Metric:
    return Metric(lambda row: row[column], lambda row: " ".join(short(row[column])))


METRICS: Mapping[str, Metric] = {
    "at_issue": _money("at_issue"),
    "cases": Metric(lambda row: row["cases"], lambda row: f"{row['cases']:,} {say('word.cases')}"),
    "overdue": Metric(
        lambda row: 1000 * row["overdue"] // row["open"] if row["open"] else 0,
        lambda row: share(row["overdue"], row["open"]) if row["open"] else say("word.none"),
    ),
    "determined": _money("determined"),
    "recovered": _money("recovered"),
}


def classed(size: int, largest: int) -> int:
    """Return which of the six classes a size is in, by equal steps of the square root: cities differ a hundredfold."""
    if size <= 0 or largest <= 0:
        return 0
    return min(CLASSES - 1, int((size / largest) ** 0.5 * CLASSES))


def tiles(stats: list[Row], metric: str) -> Part:
    """Return the tiles for one metric."""
    chosen = METRICS[metric]
    by_region = {row["region"]: row for row in stats}
    largest = max((chosen.size(row) for row in stats if row["region"] != CENTRE), default=0)
    shown = []
    for code, agency in agencies().items():
        row = by_region.get(code)
        text = chosen.text(row) if row else say("word.none")
        kind = f"c{classed(chosen.size(row), largest)}" if row else "none"
        name = agency.name_zh.removesuffix("市")
        shown.append(
            dcc.Link(
                [html.B(name), html.Span(text, className="value")],
                href=f"/queue?region={code}" + ("&due=overdue" if metric == "overdue" else ""),
                className=f"tile {kind}",
                style={"gridColumn": agency.tile_col + 1, "gridRow": agency.tile_row + 1},
                title=f"{agency.name_zh} {say(f'overview.metric.{metric}')} {text}",
            )
        )
    legend = [
        say("overview.low"),
        *[html.I(style={"background": f"var(--seq-{n})"}) for n in range(CLASSES)],
        say("overview.high"),
    ]
    return [html.Div(shown, className="tiles"), html.Div(legend, className="legend", **{"aria-hidden": "true"})]


def switch(chosen: str) -> Part:
    """Return the buttons that choose the metric."""
    buttons = [
        html.Button(
            say(f"overview.metric.{name}"),
            id={"metric": name},
            type="button",
            n_clicks=0,
            **{"aria-pressed": str(name == chosen).lower()},
        )
        for name in METRICS
    ]
    return html.Div(buttons, className="switch", role="group")
