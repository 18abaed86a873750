"""Cases as a plain table: some of an institution's, all of a person's."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html

from lianshen_dashboards.parts.common import Part, pill, table
from lianshen_dashboards.present import Row, grouped
from lianshen_dashboards.texts import say


def case_table(rows: Sequence[Row], label: str, other: str, heading: str) -> Part:
    """Return the cases, each a link; ``other`` is the column that the page does not say itself, under ``heading``."""
    heads = [
        (say("col.case_no"), ""),
        (say("col.rule"), ""),
        (heading, ""),
        (say("case.stay"), "num nowrap"),
        (say("col.at_issue"), "right"),
        (say("col.state"), "nowrap"),
    ]
    cells: list[list[Part]] = [
        [
            dcc.Link(row["case_no"], href=f"/cases/{row['case_no']}", className="num nowrap"),
            row["title_zh"],
            row[other],
            f"{row['admit']} → {row['discharge']}",
            grouped(row["at_issue"]),
            pill(row["state"]),
        ]
        for row in rows
    ]
    return html.Div(table(heads, cells, label=label), className="scroll-x")
