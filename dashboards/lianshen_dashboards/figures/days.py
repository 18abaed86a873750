"""The days of a stay, one by one: what was charged on each, by category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lianshen_dashboards.figures.base import RED, SOFT, Figure, axis, layout

LARGEST, SMALLEST = 22, 6
DAYS_WITH_NAMES = 16


@dataclass(frozen=True)
class Cell:
    """What was charged on a day in a category, and how much of it a finding is about."""

    day: date
    category: str
    amount: Decimal
    hit: Decimal


def day_detail(cells: Sequence[Cell]) -> Figure:
    """Return days across and categories down; the area of a square is the amount, red where a finding is about it."""
    totals: dict[str, Decimal] = {}
    for cell in cells:
        totals[cell.category] = totals.get(cell.category, Decimal(0)) + abs(cell.amount)
    categories = sorted(totals, key=lambda name: totals[name])
    largest = max((abs(cell.amount) for cell in cells), default=Decimal(1)) or Decimal(1)

    def squares(hit: bool, name: str, colour: str) -> Figure:
        shown = [cell for cell in cells if (cell.hit != 0) == hit]
        return {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "x": [cell.day.isoformat() for cell in shown],
            "y": [cell.category for cell in shown],
            "customdata": [f"{cell.amount:,.2f}" + (f"，疑点 {cell.hit:,.2f}" if hit else "") for cell in shown],
            "marker": {
                "symbol": "square",
                "color": colour,
                "opacity": 1,
                "line": {"width": 0},
                "size": [max(SMALLEST, round(LARGEST * float(abs(cell.amount) / largest) ** 0.5)) for cell in shown],
            },
            "hovertemplate": "%{x|%m-%d} %{y}<br>¥%{customdata}<extra></extra>",
        }

    days = sorted({cell.day for cell in cells})
    span = (days[-1] - days[0]).days + 1 if days else 1
    every_day: Figure = {"dtick": 86_400_000} if span <= DAYS_WITH_NAMES else {"nticks": 8}
    return {
        "data": [squares(False, "其他", SOFT), squares(True, "疑点", RED)],
        "layout": layout(
            78 + 28 * max(1, len(categories)),
            showlegend=any(cell.hit for cell in cells),
            legend={
                "orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom", "font": {"size": 11},
                "itemsizing": "constant",
            },
            xaxis=axis(type="date", tickformat="%m-%d", **every_day),
            yaxis=axis(
                type="category", categoryorder="array", categoryarray=categories, range=[-0.7, len(categories) - 0.3]
            ),
            margin={"l": 8, "r": 16, "t": 26, "b": 8},
        ),
    }  # fmt: skip
