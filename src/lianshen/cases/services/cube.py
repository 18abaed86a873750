"""One pass over the cases of a scope, and every headline figure from it: totals, states, agencies, the money's way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services.scope import Row, agency_name, conditions
from lianshen.cases.store import Casebook

UPHELD = frozenset({"confirmed", "partial"})


@dataclass(frozen=True)
class Cell:
    """The cases of an agency in a state with a decision: how many, how many late, and their money in fen."""

    region: str
    state: str
    decision: str | None
    cases: int
    late: int
    paid_back: int  # cases with money that came back
    at_issue: int
    exposure: int
    determined: int
    recovered: int
    night: date

    @property
    def is_out(self) -> bool:
        return self.state not in domain.AT_THE_CENTRE_ONLY

    @property
    def is_open(self) -> bool:
        return self.state in domain.ON_THE_CLOCK

    @property
    def stands(self) -> bool:
        """Whether the centre has confirmed the decision."""
        return self.state in domain.DECIDED

    @property
    def is_upheld(self) -> bool:
        return self.stands and self.decision in UPHELD


MEASURES: dict[str, Callable[[Cell], int]] = {
    "cases": lambda cell: cell.cases,
    "new": lambda cell: cell.cases if cell.state == "new" else 0,
    "open": lambda cell: cell.cases if cell.is_open else 0,
    "overdue": lambda cell: cell.late if cell.is_open else 0,
    "decided": lambda cell: cell.cases if cell.stands else 0,
    "upheld": lambda cell: cell.cases if cell.is_upheld else 0,
    "at_issue": lambda cell: cell.at_issue,
    "exposure": lambda cell: cell.exposure,
    "released": lambda cell: cell.at_issue if cell.is_out else 0,
    "determined": lambda cell: cell.determined if cell.stands else 0,
    "recovered": lambda cell: cell.recovered,
}
"""The figures of an agency and of all: money in fen; a decision counts once it stands."""


@dataclass(frozen=True)
class Cube:
    """The cells of a scope and a filter."""

    cells: tuple[Cell, ...]

    def totals(self) -> Row:
        """Return every measure over all cells, and the newest night."""
        newest = max((cell.night for cell in self.cells), default=None)
        return {**_measured(self.cells), "newest_night": newest}

    def regions(self) -> list[Row]:
        """Return every measure per treating agency: ``{"region", "name", …}``."""
        codes = sorted({cell.region for cell in self.cells})
        return [
            {"region": code, "name": agency_name(code), **_measured(c for c in self.cells if c.region == code)}
            for code in codes
        ]

    def states(self) -> list[Row]:
        """Return per state, in the order of a case's life: state, name, cases, at_issue, exposure."""
        found = {cell.state for cell in self.cells}
        rows = []
        for state in (state for state in domain.STATES if state in found):
            sums = _measured(cell for cell in self.cells if cell.state == state)
            kept = {name: sums[name] for name in ("cases", "at_issue", "exposure")}
            rows.append({"state": state, "name": domain.STATES[state][0], **kept})
        return rows

    def steps(self) -> list[Row]:
        """Return the way of the money, each step part of the one before: ``{"step", "name", "cases", "fen"}``."""
        sums = _measured(self.cells)
        standing = sum(cell.at_issue for cell in self.cells if cell.stands)
        out = sum(cell.cases for cell in self.cells if cell.is_out)
        back = sum(cell.paid_back for cell in self.cells)
        steps = (
            ("raised", "涉及", sums["cases"], sums["at_issue"]),
            ("released", "下发", out, sums["released"]),
            ("decided", "已有结论", sums["decided"], standing),
            ("determined", "认定违规", sums["upheld"], sums["determined"]),
            ("recovered", "追回", back, sums["recovered"]),
        )
        return [{"step": step, "name": name, "cases": cases, "fen": fen} for step, name, cases, fen in steps]


def cube(p: Principal, book: Casebook, f: CaseFilter) -> Cube:
    """Return the cells of a filter under the principal's scope, by one pass over the covering index."""
    c = t.cases.c
    late = sa.func.sum(sa.case((c.due_at < book.today, 1), else_=0))
    back = sa.func.sum(sa.case((c.recovered != 0, 1), else_=0))
    query = (
        sa.select(
            c.treating_agency, c.state, c.decision, sa.func.count(), late, back, sa.func.sum(c.at_issue),
            sa.func.sum(c.exposure), sa.func.sum(sa.func.coalesce(c.determined, 0)), sa.func.sum(c.recovered),
            sa.func.max(c.night),
        )
        .where(*conditions(p, book, f))
        .group_by(c.treating_agency, c.state, c.decision)
    )  # fmt: skip
    with book.engine.connect() as con:
        return Cube(tuple(_cell(*row) for row in con.execute(query)))


def _cell(region: str, state: str, decision: str | None, *rest: Any) -> Cell:
    # PostgreSQL sums bigints to numeric; counts and fen are integers everywhere.
    cases, late, back, at_issue, exposure, determined, recovered = (int(value) for value in rest[:-1])
    night: date = rest[-1]
    return Cell(region, state, decision, cases, late, back, at_issue, exposure, determined, recovered, night)


def _measured(cells: Iterable[Cell]) -> dict[str, int]:
    sums = dict.fromkeys(MEASURES, 0)
    for cell in cells:
        for name, measure in MEASURES.items():
            sums[name] += measure(cell)
    return sums
