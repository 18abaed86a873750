"""Counting for the monthly bulletin: what was raised, sent, decided and brought back, per agency and in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import tables as t
from lianshen.cases.domain import DECIDED, ON_THE_CLOCK, Principal
from lianshen.cases.reports.periods import Period
from lianshen.cases.services.assessing import check_may_report
from lianshen.cases.services.scope import agency_name, scope
from lianshen.cases.store import Casebook

TOP = 10
SUMS = ("released", "at_issue", "closed", "held", "determined", "recovered", "open", "overdue")


@dataclass(frozen=True)
class AgencyMonth:
    """An agency's month: cases sent to it and their fen at issue, closed, of these held to be right, determined and
    recovered fen; open and overdue are as of the day of the bulletin."""

    agency: str
    name: str
    released: int = 0
    at_issue: int = 0
    closed: int = 0
    held: int = 0
    determined: int = 0
    recovered: int = 0
    open: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class Ranked:
    """A rule or an institution by what was determined in the month."""

    code: str
    name: str
    cases: int
    determined: int


@dataclass(frozen=True)
class Bulletin:
    """A month as of a day, and the month before it; ``raised`` counts its cases, ``at_issue`` is their fen."""

    period: Period
    as_of: date
    raised: int
    at_issue: int
    agencies: tuple[AgencyMonth, ...]
    before: AgencyMonth
    rules: tuple[Ranked, ...]
    institutions: tuple[Ranked, ...]

    @property
    def totals(self) -> AgencyMonth:
        return _summed("合计", self.agencies)

    @property
    def is_provisional(self) -> bool:
        """Whether the month is not over yet."""
        return self.as_of < self.period.after


def bulletin(p: Principal, book: Casebook, period: Period) -> Bulletin:
    """Return the figures of a month under the principal's scope.

    :raises Forbidden: for roles that read no reports.
    """
    check_may_report(p)
    c, bounds = t.cases.c, scope(p)
    with book.engine.connect() as con:
        raised = con.execute(
            sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(c.at_issue), 0))
            .where(c.night >= period.first, c.night < period.after, *bounds)
        ).one()  # fmt: skip
        return Bulletin(
            period,
            book.today,
            int(raised[0]),
            int(raised[1]),
            tuple(_agencies(con, book, period, bounds)),
            _summed("上月", _agencies(con, book, period.previous, bounds)),
            tuple(_top(con, period, c.main_rule, sa.func.max(c.title_zh), bounds)),
            tuple(_top(con, period, c.fixmedins_code, sa.func.max(c.fixmedins_name), bounds)),
        )


def _agencies(con: Connection, book: Casebook, period: Period, bounds: Sequence[Any]) -> list[AgencyMonth]:
    c, r = t.cases.c, t.recovery.c
    rows: dict[str, dict[str, int]] = {}

    def add(names: tuple[str, ...], query: sa.Select[Any]) -> None:
        for code, *values in con.execute(query.where(*bounds).group_by(c.treating_agency)):
            rows.setdefault(code, {}).update({n: int(v or 0) for n, v in zip(names, values, strict=True)})

    def within(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        return sa.and_(column >= period.begins, column < period.ends)

    number = sa.func.count()
    add(
        ("released", "at_issue"),
        sa.select(c.treating_agency, number, sa.func.sum(c.at_issue)).where(within(c.released_at)),
    )
    held = sa.func.sum(sa.case((c.decision.in_(("confirmed", "partial")), 1), else_=0))
    add(
        ("closed", "held", "determined"),
        sa.select(c.treating_agency, number, held, sa.func.sum(c.determined)).where(
            within(c.closed_at), c.state.in_(DECIDED)
        ),
    )
    add(
        ("recovered",),
        sa.select(c.treating_agency, sa.func.sum(r.amount))
        .join_from(t.recovery, t.cases, r.case_no == c.case_no)
        .where(r.day >= period.first, r.day < period.after, r.way != "penalty"),
    )
    late = sa.func.sum(sa.case((c.due_at < book.today, 1), else_=0))
    add(("open", "overdue"), sa.select(c.treating_agency, number, late).where(c.state.in_(ON_THE_CLOCK)))
    return [AgencyMonth(code, agency_name(code), **rows[code]) for code in sorted(rows)]


def _summed(name: str, rows: Sequence[AgencyMonth]) -> AgencyMonth:
    return AgencyMonth("", name, **{column: sum(getattr(row, column) for row in rows) for column in SUMS})


def _top(
    con: Connection, period: Period, by: sa.ColumnElement[Any], name: sa.ColumnElement[Any], bounds: Sequence[Any]
) -> list[Ranked]:
    c = t.cases.c
    fen = sa.func.sum(c.determined)
    query = (
        sa.select(by, name, sa.func.count(), fen)
        .where(c.closed_at >= period.begins, c.closed_at < period.ends, c.state.in_(DECIDED), c.determined > 0, *bounds)
        .group_by(by)
        .order_by(fen.desc(), by)
        .limit(TOP)
    )
    return [Ranked(code, said, int(cases), int(sum_)) for code, said, cases, sum_ in con.execute(query)]
