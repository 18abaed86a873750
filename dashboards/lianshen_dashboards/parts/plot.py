"""A figure in the page: its data in a store, a place to draw it, what it says in words, and its numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html

from lianshen_dashboards.figures.base import Figure
from lianshen_dashboards.parts.common import Part, table
from lianshen_dashboards.texts import say


@dataclass(frozen=True)
class Numbers:
    """What a figure draws, as a table: heads, and rows of text; numbers stand to the right."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def plot(name: str, figure: Figure, says: str, numbers: Numbers | None = None) -> Part:
    """Return the figure; ``says`` is its text for those who do not see it. ``name`` is unique in the page."""
    place = html.Div(
        id={"type": "plot", "name": name}, className="drawing", style={"height": f"{figure['layout']['height']}px"}
    )
    drawn = html.Figure(
        [dcc.Store(id={"type": "figure", "name": name}, data=figure), place],
        className="plot",
        role="img",
        **{"aria-label": says},
    )
    # Beside the figure, not in it: what stands within an image is not read out.
    return html.Div([drawn, _as_table(numbers, says)], className="plot-and-data") if numbers else drawn


def _as_table(numbers: Numbers, says: str) -> Part:
    kinds = [
        "right" if rows and all(_is_number(cell) for cell in rows) else "" for rows in zip(*numbers.rows, strict=True)
    ] or [""] * len(numbers.heads)
    heads = list(zip(numbers.heads, kinds, strict=True))
    body = table(heads, [list(row) for row in numbers.rows], label=says)
    scrolled = html.Div(body, className="scroll-x", tabIndex=0)
    return html.Details([html.Summary(say("plot.data")), scrolled], className="data")


def _is_number(cell: str) -> bool:
    return not cell.strip("+-0123456789.,%¥ ") and any(sign.isdigit() for sign in cell) and cell.count("-") < 2
