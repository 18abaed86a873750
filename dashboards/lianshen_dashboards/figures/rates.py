"""Figures of rates: each agency's with its interval, against what all have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lianshen_dashboards.figures.base import MUTE, PRIMARY, SOFT, Figure, axis, layout, vertical

ROW = 21


@dataclass(frozen=True)
class Rate:
    """One row: a name, the raw rate, the shrunk one and its interval, and what the pointer says."""

    name: str
    raw: float
    shrunk: float
    low: float
    high: float
    says: str


def forest(rows: Sequence[Rate], mean: float) -> Figure:
    """Return one line per row, the best on top: interval, shrunk rate, raw rate, and the common mean."""
    names = [row.name for row in rows]
    shrunk = {
        "type": "scatter",
        "mode": "markers",
        "x": [100 * row.shrunk for row in rows],
        "y": names,
        "marker": {"color": PRIMARY, "size": 8},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [100 * (row.high - row.shrunk) for row in rows],
            "arrayminus": [100 * (row.shrunk - row.low) for row in rows],
            "color": SOFT,
            "thickness": 3,
            "width": 0,
        },
        "text": [row.says for row in rows],
        "hovertemplate": "%{y}<br>%{text}<extra></extra>",
    }
    raw = {
        "type": "scatter",
        "mode": "markers",
        "x": [100 * row.raw for row in rows],
        "y": names,
        "marker": {"symbol": "diamond-open", "color": MUTE, "size": 7},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    return {
        "data": [shrunk, raw],
        "layout": layout(
            ROW * len(rows) + 54,
            xaxis=axis(ticksuffix="%", rangemode="tozero"),
            yaxis=axis(autorange="reversed", showgrid=False, dtick=1),
            shapes=[vertical(100 * mean, MUTE, "dot", 1)],
        ),
    }
