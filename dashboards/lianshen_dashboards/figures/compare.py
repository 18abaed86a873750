"""Figures that put two amounts side by side: what was paid and what should have been, at once and step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lianshen_dashboards.figures.base import AMBER, PRIMARY, RED, SOFT, TEXT, Figure, axis, layout, note

LONGEST = 14


@dataclass(frozen=True)
class Step:
    """One step of a settlement: its name, what it should come to, and what stands on the bill where it says so."""

    name: str
    should: Decimal
    paid: Decimal | None = None

    @property
    def differs(self) -> bool:
        return self.paid is not None and self.paid != self.should


def side_by_side(first: tuple[str, Decimal], second: tuple[str, Decimal], unit: str) -> Figure:
    """Return two bars from zero, what was found above what it is held against; red where it is more."""
    more = first[1] > second[1]
    values = [second[1], first[1]]
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "x": [float(value) for value in values],
                "y": [second[0], first[0]],
                "width": 0.56,
                "text": [f"{value:,}" for value in values],
                "textposition": "outside",
                "cliponaxis": False,
                "textfont": {"size": 11, "color": TEXT},
                "marker": {
                    "color": [SOFT, RED if more else AMBER],
                    "pattern": {
                        "shape": ["", "/"],
                        "size": 5,
                        "fgcolor": "var(--surface)",
                        "fillmode": "overlay",
                    },
                },
                "hovertemplate": "%{y} %{text} " + unit + "<extra></extra>",
            }
        ],
        "layout": layout(
            118,
            xaxis=axis(unit, nticks=5, rangemode="tozero"),
            yaxis=axis(showgrid=False),
            margin={"l": 8, "r": 84, "t": 4, "b": 8},
        ),
    }


def step_by_step(steps: Sequence[Step]) -> Figure:
    """Return each step with the rebuilt amount as a bar and the paid one as a mark, red where they part."""
    names = [_short(step.name) for step in steps]
    differ = [step.differs for step in steps]
    paid = [step for step in steps if step.paid is not None]
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "x": [float(step.should) for step in steps],
                "y": list(range(len(steps))),
                "width": 0.5,
                "name": "复算",
                "customdata": [f"{step.name}<br>复算 {step.should:,.2f}" for step in steps],
                "marker": {"color": [PRIMARY if bad else SOFT for bad in differ]},
                "hovertemplate": "%{customdata} 元<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [float(step.paid or 0) for step in paid],
                "y": [index for index, step in enumerate(steps) if step.paid is not None],
                "name": "结算单",
                "text": [f"{step.paid:,.2f}" for step in paid],
                "marker": {
                    "symbol": "line-ns",
                    "size": 16,
                    "line": {"width": 3, "color": [RED if step.differs else TEXT for step in paid]},
                },
                "hovertemplate": "结算单 %{text} 元<extra></extra>",
            },
        ],
        "layout": layout(
            64 + 26 * len(steps),
            # Behind whichever reaches further, so that no mark lies on a number.
            annotations=[
                note(
                    f"{step.should:,.2f}",
                    float(max(step.should, step.paid or step.should)),
                    index,
                    RED if step.differs else TEXT,
                    xanchor="left",
                    xshift=6,
                )
                for index, step in enumerate(steps)
            ],
            xaxis=axis("元", nticks=5, rangemode="tozero"),
            yaxis=axis(
                tickvals=list(range(len(steps))), ticktext=names, range=[len(steps) - 0.45, -0.6], showgrid=False
            ),
            showlegend=True,
            legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom", "font": {"size": 11}},
            margin={"l": 8, "r": 84, "t": 24, "b": 8},
        ),
    }


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
