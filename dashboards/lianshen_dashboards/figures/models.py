"""Figures of a model: how far each period has moved from training, and what an expectation is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log10

from lianshen_dashboards.figures.base import AMBER, MUTE, PRIMARY, RED, SOFT, TEXT, Figure, axis, layout, note

ROW = 24
TICKS = (0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 5, 10)
LINES = ((PRIMARY, "solid", 2.5), (MUTE, "dot", 1.5), (MUTE, "dash", 1.5), (MUTE, "dashdot", 1.5))


def drift_figure(
    periods: Sequence[str], series: Mapping[str, Sequence[float | None]], stable: float, shifted: float
) -> Figure:
    """Return the PSI of each series by period against the two thresholds; the first series is drawn strongest.

    What lies far beyond is drawn at the upper edge, so that the thresholds can still be told apart.
    """
    largest = max([value for values in series.values() for value in values if value is not None] + [shifted])
    edge = min(largest, 4 * shifted)
    lines = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": list(periods),
            "y": [None if value is None else min(value, edge) for value in values],
            "customdata": list(values),
            "name": name,
            "line": {"color": colour, "dash": dash, "width": width},
            "marker": {"size": 6},
            "hovertemplate": f"%{{x}} {name} %{{customdata:.3f}}<extra></extra>",
        }
        for (name, values), (colour, dash, width) in zip(series.items(), LINES, strict=False)
    ]
    limits = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": value,
            "y1": value,
            "line": {"color": colour, "width": 1},
        }
        for value, colour in ((stable, AMBER), (shifted, RED))
    ]
    words = [
        note(f"{word} {value:g}", 0.995, value, colour, xref="paper", xanchor="right", yshift=8)
        for word, value, colour in (("留意", stable, AMBER), ("明显变化", shifted, RED))
    ]
    return {
        "data": lines,
        "layout": layout(
            230,
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "font": {"size": 11}},
            shapes=limits,
            annotations=words,
            xaxis=axis(type="category", showgrid=False, nticks=8),
            yaxis=axis("PSI", range=[0, edge * 1.15], nticks=5, tickformat=".2f"),
        ),
    }


def factors_figure(factors: Sequence[tuple[str, float]]) -> Figure:
    """Return by factor how far it moves the expectation, strongest on top: bars from 1 on a scale of doublings."""
    names = [name for name, _ in factors]
    times = [value for _, value in factors]
    low, high = min([*times, 0.95]) * 0.8, max([*times, 1.05]) * 1.2
    ticks = [value for value in TICKS if low <= value <= high]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": [value - 1 for value in times],
        "base": [1.0] * len(times),
        "width": 0.6,
        "text": [f"×{value:.2f}" for value in times],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"size": 11, "color": TEXT},
        "marker": {
            "color": [PRIMARY if value >= 1 else SOFT for value in times],
            "pattern": {
                "shape": ["" if value >= 1 else "/" for value in times],
                "size": 5, "fgcolor": "var(--surface)", "fillmode": "overlay",
            },
        },
        "hovertemplate": "%{y} %{text}<extra></extra>",
    }  # fmt: skip
    return {
        "data": [bars],
        "layout": layout(
            ROW * len(factors) + 40,
            xaxis=axis(
                type="log", range=[log10(low), log10(high)], tickvals=ticks,
                ticktext=[f"{value:g}倍" for value in ticks],
            ),
            yaxis=axis(showgrid=False, autorange="reversed", dtick=1),
        ),
    }  # fmt: skip
