"""Figures of sizes: a price and its ceiling, counts and their cap, an amount and what was expected, daily cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from lianshen_dashboards.figures.base import (
    AMBER,
    MUTE,
    PRIMARY,
    RED,
    SOFT,
    TEXT,
    Figure,
    axis,
    layout,
    note,
    vertical,
)

FEW = 6
"""Counts up to here get a mark for each whole number, so that nothing is counted in halves."""


def against_limit(
    value: Decimal, limit: Decimal, unit: str, name: str, limit_name: str, *, at_least: bool = False
) -> Figure:
    """Return one bar with the part beyond the limit hatched, and the limit as a line.

    ``at_least``: the limit is what should have been reached; what is missing is hatched.
    """
    within, beyond = min(value, limit), max(limit - value if at_least else value - limit, Decimal(0))
    # Room for the words behind the bar.
    top = float(max(value, limit)) * 1.42

    def bar(size: Decimal, colour: str, hatch: str, text: str) -> Figure:
        return {
            "type": "bar",
            "orientation": "h",
            "x": [float(size)],
            "y": [0],
            "width": 0.5,
            "text": [text],
            "textposition": "inside",
            "insidetextanchor": "end",
            "textfont": {"size": 11},
            "marker": {
                "color": colour,
                "pattern": {"shape": hatch, "size": 5, "fgcolor": "var(--surface)", "fillmode": "overlay"},
            },
            "hovertemplate": f"{name} {value} {unit}，{limit_name} {limit} {unit}<extra></extra>",
        }

    bars = [bar(within, SOFT, "", "")]
    if beyond:
        bars.append(bar(beyond, RED, "/", ""))
    return {
        "data": bars,
        "layout": layout(
            112,
            barmode="stack",
            shapes=[vertical(float(limit), TEXT)],
            annotations=[
                note(
                    f"{limit_name} {limit:,}",
                    float(limit),
                    0.52,
                    TEXT,
                    xanchor="left" if float(limit) < top / 3 else "right",
                    xshift=4 if float(limit) < top / 3 else -4,
                ),
                note(
                    f"{name} {value:,}",
                    float(max(value, limit) if at_least else value),
                    0,
                    RED if beyond else TEXT,
                    xanchor="left",
                    xshift=5,
                ),
            ],
            xaxis=axis(unit, range=[0, top], nticks=5),
            yaxis=axis(visible=False, range=[-0.5, 0.75]),
            margin={"l": 12, "r": 12, "t": 4, "b": 8},
        ),
    }


def per_day(counts: Mapping[str, Decimal], cap: Decimal | None, name: str) -> Figure:
    """Return counts per day; days beyond the cap are hatched red."""
    days = sorted(counts)
    over = [cap is not None and counts[day] > cap for day in days]
    bars = {
        "type": "bar",
        "x": [day[5:] for day in days],
        "y": [float(counts[day]) for day in days],
        "text": [f"{counts[day].normalize():f}" for day in days],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"size": 11},
        "marker": {
            "color": [RED if bad else SOFT for bad in over],
            "pattern": {
                "shape": ["/" if bad else "" for bad in over],
                "size": 5,
                "fgcolor": "var(--surface)",
                "fillmode": "overlay",
            },
        },
        "hovertemplate": "%{x} " + name + " %{y}<extra></extra>",
    }
    shapes, notes = [], []
    if cap is not None:
        shapes.append(
            {
                "type": "line",
                "x0": 0,
                "x1": 1,
                "xref": "paper",
                "y0": float(cap),
                "y1": float(cap),
                "line": {"color": TEXT, "width": 1.5},
            }
        )
        notes.append(
            # Beside the plot: above the line it would lie on the numbers of the bars.
            note(f"上限 {cap.normalize():f}", 1, float(cap), TEXT, xref="paper", xanchor="left", xshift=4)
        )
    top = float(max([*counts.values(), cap or Decimal(0)])) * 1.2
    return {
        "data": [bars],
        "layout": layout(
            190,
            margin={"l": 8, "r": 64 if cap is not None else 12, "t": 8, "b": 8},
            shapes=shapes,
            annotations=notes,
            xaxis=axis(type="category", showgrid=False, tickangle=0, nticks=10),
            yaxis=axis("数量", range=[0, top], nticks=5, **({"dtick": 1} if top < FEW else {})),
        ),
    }


def interval(actual: Decimal, expected: Decimal, low: Decimal, high: Decimal, unit: str = "元") -> Figure:
    """Return what was expected with its interval, and what was there."""
    top = float(max(actual, high)) * 1.12
    outside = not low <= actual <= high
    colour = AMBER if outside else PRIMARY
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "x": [float(expected)],
                "y": [0],
                "marker": {"size": 11, "symbol": "line-ns", "line": {"width": 2.5, "color": TEXT}},
                "hovertemplate": f"预计 {expected:,} {unit}（{low:,} – {high:,}）<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [float(actual)],
                "y": [0],
                "marker": {"size": 13, "symbol": "diamond", "color": colour},
                "hovertemplate": f"实际 {actual:,} {unit}<extra></extra>",
            },
        ],
        "layout": layout(
            124,
            shapes=[
                {
                    "type": "rect",
                    "x0": float(low),
                    "x1": float(high),
                    "y0": -0.28,
                    "y1": 0.28,
                    "layer": "below",
                    "fillcolor": SOFT,
                    "opacity": 0.55,
                    "line": {"width": 0},
                }
            ],
            annotations=[
                note(f"预计 {expected:,.0f}", float(expected), 0.5, MUTE),
                note(f"实际 {actual:,.0f}", float(actual), 0.5, colour),
            ],
            xaxis=axis(unit, range=[0, top], nticks=5),
            yaxis=axis(visible=False, range=[-0.6, 0.8]),
            margin={"l": 12, "r": 16, "t": 4, "b": 8},
        ),
    }


def daily_cost(lines: Sequence[tuple[str, Decimal, bool]]) -> Figure:
    """Return cost per day, the part that a rule hit hatched; ``lines`` are day, amount and whether it was hit."""
    days = sorted({day for day, _, _ in lines})

    def part(hit: bool) -> list[float]:
        return [
            float(sum((size for day, size, is_hit in lines if day == one and is_hit == hit), Decimal(0)))
            for one in days
        ]

    def bar(hit: bool, name: str) -> Figure:
        return {
            "type": "bar",
            "x": [day[5:] for day in days],
            "y": part(hit),
            "name": name,
            "marker": {
                "color": RED if hit else SOFT,
                "pattern": {"shape": "/" if hit else "", "size": 5, "fgcolor": "var(--surface)", "fillmode": "overlay"},
            },
            "hovertemplate": "%{x} " + name + " ¥%{y:,.2f}<extra></extra>",
        }

    return {
        "data": [bar(False, "其他"), bar(True, "疑点")],
        "layout": layout(
            190,
            barmode="stack",
            showlegend=True,
            legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.2, "font": {"size": 11}},
            xaxis=axis(type="category", showgrid=False, tickangle=0, nticks=10),
            yaxis=axis("元", nticks=5),
        ),
    }


def causes(parts: Sequence[tuple[str, Decimal]]) -> Figure:
    """Return what a difference is made of, signed, largest first."""
    ordered = sorted((part for part in parts if part[1]), key=lambda part: abs(part[1]))
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "x": [float(size) for _, size in ordered],
                "y": [name for name, _ in ordered],
                "text": [f"{size:,.2f}" for _, size in ordered],
                "textposition": "outside",
                "cliponaxis": False,
                "textfont": {"size": 11},
                "marker": {"color": [RED if size > 0 else PRIMARY for _, size in ordered]},
                "hovertemplate": "%{y} %{text} 元<extra></extra>",
            }
        ],
        "layout": layout(
            66 + 30 * len(ordered),
            xaxis=axis("元（多付为正）", nticks=5),
            yaxis=axis(showgrid=False),
            margin={"l": 8, "r": 64, "t": 4, "b": 8},
        ),
    }
