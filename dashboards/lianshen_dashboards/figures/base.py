"""What all figures share: type, axes, margins. ``var(--token)`` is resolved where the figure is drawn."""

from __future__ import annotations

from typing import Any

Figure = dict[str, Any]
FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",system-ui,sans-serif'
TEXT, MUTE, GRID = "var(--text)", "var(--text-3)", "var(--line)"
PRIMARY, SOFT, RED, AMBER, BAND = "var(--primary)", "var(--seq-2)", "var(--red)", "var(--amber)", "var(--sunken)"


def axis(title: str = "", **more: Any) -> dict[str, Any]:
    """Return an axis with its quiet defaults."""
    return {
        "gridcolor": GRID,
        "linecolor": "var(--line-strong)",
        "zeroline": False,
        "automargin": True,
        "separatethousands": True,
        "exponentformat": "none",
        "fixedrange": True,
        "tickfont": {"size": 11, "color": MUTE},
        "title": {"text": title, "font": {"size": 11, "color": MUTE}},
        **more,
    }


def layout(height: int, **more: Any) -> dict[str, Any]:
    """Return a layout: no title inside the plot, transparent ground, short hover."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": TEXT},
        "hoverlabel": {
            "bgcolor": "var(--raised)",
            "bordercolor": "var(--line-strong)",
            "align": "left",
            "font": {"family": FONT, "size": 12, "color": TEXT},
        },
        "showlegend": False,
        "bargap": 0.35,
        **more,
    }


def note(text: str, x: Any, y: Any, colour: str = MUTE, **more: Any) -> dict[str, Any]:
    """Return a label at a place of the plot."""
    return {"text": text, "x": x, "y": y, "showarrow": False, "font": {"size": 11, "color": colour}, **more}


def vertical(x: Any, colour: str, dash: str = "solid", width: float = 1.5) -> dict[str, Any]:
    """Return a line through the whole height at ``x``."""
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": colour, "width": width, "dash": dash},
    }
