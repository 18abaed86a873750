"""Figures about institutions and models: a funnel of peers, a chart of months, rules beside the peers', scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10

from lianshen.cases.limits import Z95, Z998, Funnel, Month
from lianshen_dashboards.figures.base import AMBER, MUTE, PRIMARY, SOFT, TEXT, Figure, axis, layout, note

STEPS = 48
BAND_FAR, BAND_NEAR = "var(--band-2)", "var(--band-1)"
DOT = "var(--chart-mute)"
ROW = 26


@dataclass(frozen=True)
class Dot:
    """One institution of a funnel: how large, which share, where a click leads, whether it is the one looked at."""

    name: str
    size: int
    hits: int
    share: float
    place: int
    link: str = ""
    is_this: bool = False


def funnel_figure(limits: Funnel, dots: Sequence[Dot], height: int = 330) -> Figure:
    """Return the funnel: bands of 95 % and 99.8 % around the target, dots by size, this one as a diamond."""
    sizes = [dot.size for dot in dots] or [20]
    low, high = min(sizes) * 0.85, max(sizes) * 1.18
    xs = [low * (high / low) ** (step / (STEPS - 1)) for step in range(STEPS)]
    top = max([dot.share for dot in dots] + [limits.limits(low, Z95)[1], 0.02]) * 1.12
    bands = []
    for z, colour, name in ((Z998, BAND_FAR, "99.8%"), (Z95, BAND_NEAR, "95%")):
        pairs = [limits.limits(x, z) for x in xs]
        bands.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [*xs, *reversed(xs)],
                "y": [*(min(up, top) for _, up in pairs), *(down for down, _ in reversed(pairs))],
                "fill": "toself",
                "fillcolor": colour,
                "line": {"width": 0},
                "hoverinfo": "skip",
                "name": name,
            }
        )
    target = {
        "type": "scatter",
        "mode": "lines",
        "x": [low, high],
        "y": [limits.target, limits.target],
        "line": {"color": MUTE, "width": 1.5},
        "hoverinfo": "skip",
    }
    kinds = (
        ("within", [dot for dot in dots if dot.place < 2 and not dot.is_this], DOT, "circle", 8),
        ("beyond", [dot for dot in dots if dot.place >= 2 and not dot.is_this], AMBER, "circle", 9),
        ("this", [dot for dot in dots if dot.is_this], PRIMARY, "diamond", 14),
    )
    marks = [_dots(some, colour, symbol, size) for _, some, colour, symbol, size in kinds if some]
    # Only those beyond the outer limit are named: names of all would cover the dots.
    named = [dot for dot in dots if dot.place >= 2 or dot.is_this]
    named.sort(key=lambda dot: (not dot.is_this, -dot.share))
    notes = [
        note(dot.name, log10(dot.size), dot.share, TEXT, xanchor="left" if dot.size < high / 2 else "right",
             xshift=9 if dot.size < high / 2 else -9)
        for dot in named[:6]
    ]  # fmt: skip
    notes.append(
        note(f"同级均值 {limits.target:.1%}", 0.995, limits.target, MUTE, xref="paper", xanchor="right", yshift=9)
    )
    return {
        "data": [*bands, target, *marks],
        "layout": layout(
            height,
            annotations=notes,
            xaxis=axis("近 12 个月结算数（对数刻度）", type="log", range=[log10(low), log10(high)], nticks=6,
                       showgrid=False, tickformat=",.0f"),
            yaxis=axis("涉案结算占比", range=[0, top], tickformat=".0%", nticks=6),
        ),
    }  # fmt: skip


def _dots(some: Sequence[Dot], colour: str, symbol: str, size: int) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [dot.size for dot in some],
        "y": [dot.share for dot in some],
        "customdata": [dot.link for dot in some],
        "text": [f"{dot.name}<br>结算 {dot.size:,}，涉案 {dot.hits:,}" for dot in some],
        "marker": {"size": size, "symbol": symbol, "color": colour, "line": {"width": 1, "color": "var(--surface)"}},
        "hovertemplate": "%{text}（%{y:.1%}）<extra></extra>",
    }


def months_figure(centre: float, months: Sequence[Month], links: Mapping[str, str]) -> Figure:
    """Return the chart of months: share, limits of three standard deviations as steps, months beyond them in amber."""
    names = [one.month for one in months]
    top = max([*(one.rate.value for one in months), *(one.high for one in months), 0.02]) * 1.1

    def limit(values: list[float], fill: str | None) -> Figure:
        return {
            "type": "scatter",
            "mode": "lines",
            "x": names,
            "y": values,
            "line": {"shape": "hvh", "width": 0},
            "hoverinfo": "skip",
            **({"fill": fill, "fillcolor": BAND_NEAR} if fill else {}),
        }

    shares = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": names,
        "y": [one.rate.value for one in months],
        "customdata": [links.get(one.month, "") for one in months],
        "text": [f"结算 {one.rate.size:,}，涉案 {one.rate.hits:,}" for one in months],
        "line": {"color": SOFT, "width": 1.5},
        "marker": {"size": [10 if one.is_beyond else 7 for one in months],
                   "color": [AMBER if one.is_beyond else PRIMARY for one in months]},
        "hovertemplate": "%{x} %{text}（%{y:.1%}）<extra></extra>",
    }  # fmt: skip
    line = {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": centre, "y1": centre,
        "line": {"color": MUTE, "width": 1.5},
    }  # fmt: skip
    return {
        "data": [limit([one.low for one in months], None), limit([one.high for one in months], "tonexty"), shares],
        "layout": layout(
            230,
            shapes=[line],
            annotations=[note(f"均值 {centre:.1%}", 0.995, centre, MUTE, xref="paper", xanchor="right", yshift=9)],
            xaxis=axis(type="category", showgrid=False, nticks=8),
            yaxis=axis("涉案结算占比", range=[0, top], tickformat=".0%", nticks=5),
        ),
    }


def mix_figure(rows: Sequence[Mapping[str, object]]) -> Figure:
    """Return the share of cases with each rule, here (solid) and at the peers (tick); a row has name, own, peers,
    link. Peers that are too few have no tick."""
    names = [str(row["name"]) for row in rows]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": [row["own"] for row in rows],
        "customdata": [row["link"] for row in rows],
        "name": "本机构",
        "marker": {"color": SOFT},
        "hovertemplate": "%{y} 本机构 %{x:.0%}<extra></extra>",
    }
    peers = [row for row in rows if row["peers"] is not None]
    ticks = {
        "type": "scatter",
        "mode": "markers",
        "y": [row["name"] for row in peers],
        "x": [row["peers"] for row in peers],
        "name": "同级同类",
        "marker": {"symbol": "line-ns", "size": 15, "line": {"width": 2.5, "color": TEXT}},
        "hovertemplate": "%{y} 同级同类 %{x:.0%}<extra></extra>",
    }
    return {
        "data": [bars, *([ticks] if peers else [])],
        "layout": layout(
            70 + ROW * len(rows),
            showlegend=bool(peers),
            legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "font": {"size": 11}},
            xaxis=axis(tickformat=".0%", rangemode="tozero", nticks=5),
            yaxis=axis(showgrid=False, autorange="reversed"),
        ),
    }


def scores_figure(classes: Sequence[tuple[float, int]], step: float, link: str) -> Figure:
    """Return how many settlements have which score, on a scale of powers of ten: the strange ones are few."""
    bars = {
        "type": "bar",
        "x": [low + step / 2 for low, _ in classes],
        "y": [number for _, number in classes],
        "width": step * 0.92,
        "customdata": [link] * len(classes),
        "text": [f"{low:g} 至 {low + step:g}：{number:,}" for low, number in classes],
        "textposition": "none",
        "marker": {"color": SOFT},
        "hovertemplate": "%{text} 件<extra></extra>",
    }
    return {
        "data": [bars],
        "layout": layout(
            230,
            bargap=0,
            xaxis=axis("评分（偏离倍数）", showgrid=False, nticks=12),
            yaxis=axis("结算数（对数刻度）", type="log", dtick=1, tickformat=",.0f"),
        ),
    }
