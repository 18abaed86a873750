"""Figures about agencies: how fast a week's cases are closed, who is late, what came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lianshen_dashboards.figures.base import MUTE, PRIMARY, RED, SOFT, TEXT, Figure, axis, layout, note, vertical

AGE_COLOURS = (RED, "var(--late)", "var(--later)", "var(--soon)", "var(--seq-1)")
"""Of the five classes of open cases, worst first."""
WAY_COLOURS = {"refusal": PRIMARY, "deduction": "var(--seq-3)", "refund": SOFT, "penalty": "var(--amber)"}
OLDER = "var(--seq-2)"
NEWEST = 3
ROW = 26


def closing(weeks: Sequence[Mapping[str, Any]], due: int, due_high: int) -> Figure:
    """Return for each week the share closed by working day since release, as steps; the newest weeks are darker.

    A line ends where its week has come to today: what is not closed there is open.
    """
    shown = [week for week in weeks if week["released"]]
    longest = max([due + 5, *(week["age"] for week in shown)])
    lines, notes, ends = [], [], list[float]()
    for place, week in enumerate(shown):
        is_new = place >= len(shown) - NEWEST
        colour = TEXT if place == len(shown) - 1 else PRIMARY if is_new else OLDER
        label = f"{week['week']:%m-%d}"
        closed_on = [day for day, _ in week["closed"]]
        days = [0, *closed_on, max([week["age"], *closed_on])]
        shares = [0.0, *(number / week["released"] for _, number in week["closed"])]
        shares.append(shares[-1])
        lines.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": days,
                "y": shares,
                "line": {"shape": "hv", "width": 2 if is_new else 1.25, "color": colour},
                "name": label,
                "hovertemplate": f"{label} 一周下发 {week['released']} 件<br>第 %{{x}} 个工作日办结 %{{y:.0%}}"
                "<extra></extra>",
            }
        )
        # Labels of lines that end at the same height would lie on each other.
        if is_new and all(abs(shares[-1] - other) > 0.07 for other in ends):
            ends.append(shares[-1])
            notes.append(note(label, days[-1], shares[-1], colour, xanchor="left", xshift=4))
    for day, name in ((due_high, f"高风险 {due_high} 日"), (due, f"期限 {due} 日")):
        notes.append(note(name, day, 1.06, MUTE, xanchor="right", xshift=-3))
    return {
        "data": lines,
        "layout": layout(
            248,
            shapes=[vertical(due_high, MUTE, "dot", 1), vertical(due, RED, "dot", 1)],
            annotations=notes,
            xaxis=axis("下发后工作日", range=[0, longest * 1.06], showgrid=False, nticks=10),
            yaxis=axis("已办结", range=[0, 1.1], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1]),
        ),
    }


def deadlines(regions: Sequence[Mapping[str, Any]], classes: Sequence[str]) -> Figure:
    """Return for each agency its open cases by class of deadline, as shares; the latest agency on top.

    A region has name, cases (class: number) and links (class: address).
    """
    names = [f"{region['name']} {sum(region['cases'].values()):,}" for region in regions]
    bars = []
    for colour, name in zip(AGE_COLOURS, classes, strict=True):
        counts = [region["cases"].get(name, 0) for region in regions]
        wholes = [sum(region["cases"].values()) or 1 for region in regions]
        bars.append(
            {
                "type": "bar",
                "orientation": "h",
                "y": names,
                "x": [count / whole for count, whole in zip(counts, wholes, strict=True)],
                "name": name,
                "customdata": [region["links"].get(name, "") for region in regions],
                "text": [f"{count:,} 件" for count in counts],
                "textposition": "none",
                "marker": {"color": colour},
                "hovertemplate": f"%{{y}} 件在办<br>{name} %{{text}}（%{{x:.0%}}）<extra></extra>",
            }
        )
    return {
        "data": bars,
        "layout": layout(
            64 + ROW * len(regions),
            barmode="stack",
            bargap=0.3,
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal",
                    "font": {"size": 11}},
            xaxis=axis(range=[0, 1], tickformat=".0%", nticks=5),
            yaxis=axis(showgrid=False, autorange="reversed"),
        ),
    }  # fmt: skip


def dumbbell(regions: Sequence[Mapping[str, Any]]) -> Figure:
    """Return for each agency what was determined (hollow) and what came back (solid), on a scale of powers of ten.

    A region has name, determined and recovered (yuan) and link. Nothing that came back stands at the left edge.
    """
    sizes = [size for region in regions for size in (region["determined"], region["recovered"]) if size > 0]
    floor = min(sizes, default=1.0) / 2
    lines, hollow, solid = list[Figure](), list[float](), list[float]()
    names = [region["name"] for region in regions]
    for region in regions:
        hollow.append(max(region["determined"], floor))
        solid.append(max(region["recovered"], floor))
        lines.append(
            {
                "type": "line",
                "x0": solid[-1], "x1": hollow[-1],
                "y0": region["name"], "y1": region["name"],
                "line": {"color": SOFT, "width": 3},
                "layer": "below",
            }
        )  # fmt: skip
    links = [region["link"] for region in regions]

    def dots(values: list[float], name: str, column: str, fill: str, colour: str) -> Figure:
        return {
            "type": "scatter",
            "mode": "markers",
            "x": values,
            "y": names,
            "name": name,
            "customdata": links,
            "text": [f"{region[column]:,.2f}" for region in regions],
            "marker": {"size": 10, "color": fill, "line": {"width": 2, "color": colour}},
            "hovertemplate": f"%{{y}} {name} ¥%{{text}}<extra></extra>",
        }

    return {
        "data": [
            dots(hollow, "认定违规", "determined", "var(--surface)", PRIMARY),
            dots(solid, "已追回", "recovered", PRIMARY, PRIMARY),
        ],
        "layout": layout(
            70 + ROW * len(regions),
            shapes=lines,
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "font": {"size": 11}},
            xaxis=axis("元（对数刻度）", type="log", dtick=1, tickformat=",.0f"),
            yaxis=axis(showgrid=False, autorange="reversed", type="category"),
        ),
    }


def recovered(months: Sequence[Mapping[str, Any]]) -> Figure:
    """Return what came back per month, one colour for each way; a row has month, way, name and yuan."""
    every = sorted({row["month"] for row in months})
    ways = list(dict.fromkeys((row["way"], row["name"]) for row in months))
    bars = []
    for way, name in ways:
        size = {row["month"]: row["yuan"] for row in months if row["way"] == way}
        bars.append(
            {
                "type": "bar",
                "x": every,
                "y": [size.get(month, 0) for month in every],
                "name": name,
                "marker": {"color": WAY_COLOURS[way]},
                "hovertemplate": f"%{{x}} {name} ¥%{{y:,.2f}}<extra></extra>",
            }
        )
    return {
        "data": bars,
        "layout": layout(
            210,
            barmode="relative",
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "font": {"size": 11}},
            xaxis=axis(type="category", showgrid=False, nticks=12),
            yaxis=axis("元", nticks=5, rangemode="tozero"),
        ),
    }
