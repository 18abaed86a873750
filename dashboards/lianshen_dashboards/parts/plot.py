"""A figure in the page: its data in a store, a place to draw it, and what it says in words."""

from __future__ import annotations

from dash import dcc, html

from lianshen_dashboards.figures.base import Figure
from lianshen_dashboards.parts.common import Part


def plot(name: str, figure: Figure, says: str) -> Part:
    """Return the figure; ``says`` is its text for those who do not see it. ``name`` is unique in the page."""
    place = html.Div(
        id={"type": "plot", "name": name}, className="drawing", style={"height": f"{figure['layout']['height']}px"}
    )
    return html.Figure(
        [dcc.Store(id={"type": "figure", "name": name}, data=figure), place],
        className="plot",
        role="img",
        **{"aria-label": says},
    )
