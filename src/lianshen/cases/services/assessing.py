"""Counting for the quarterly assessment (Art. 18): five set-based queries, the same on either database.

Formulas are those of :data:`lianshen.cases.reports.measures.MEASURES`; the shrinkage is
:mod:`lianshen.cases.reports.shrinkage`. Days are days in Shanghai, money is fen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.agency import agencies
from lianshen.cases import tables as t
from lianshen.cases.domain import ON_THE_CLOCK, Principal
from lianshen.cases.errors import Forbidden
from lianshen.cases.reports.measures import Assessment, Counted, assess
from lianshen.cases.reports.periods import Period, quarter_of
from lianshen.cases.store import Casebook
from lianshen.cases.tables.days import day_of

PIECES = 7
"""The standing pieces of a case's file; with them it is complete."""
MAY_REPORT = frozenset({"lead", "manager"})
_ARRIVED = ("submitted", "closed", "archived")
Counts = dict[str, Counted]


def may_report(p: Principal) -> bool:
    """Return whether the principal reads bulletins and assessments: leads and managers, a city's manager its own."""
    return p.role in MAY_REPORT


def check_may_report(p: Principal) -> None:
    """Refuse who does not.

    :raises Forbidden: for other roles.
    """
    if not may_report(p):
        raise Forbidden(f"{p.role_name}不能查看通报与考核")


def assessment(p: Principal, book: Casebook, period: Period) -> Assessment:
    """Return the assessment of a quarter as it stands today; a city's manager gets the own row.

    :raises Forbidden: for roles that read no reports.
    """
    check_may_report(p)
    with book.engine.connect() as con:
        counted = {
            "in_time": _in_time(con, book, period),
            "upheld": _upheld(con, period),
            "recovered": _recovered(con, period),
            "archived": _archived(con, period),
            "misrouted": _misrouted(con, period),
        }
    found = assess(period, book.today, list(agencies()), counted)
    return found if p.sees_province else found.only(p.agency or "")


def first_quarter(book: Casebook) -> Period:
    """Return the quarter in which the first case was released; today's where none was."""
    with book.engine.connect() as con:
        first = con.scalar(sa.select(sa.func.min(t.cases.c.released_at)))
    return quarter_of(book.today if first is None else first.date())


def _grouped(con: Connection, good: Any, every: Any, *where: sa.ColumnElement[bool]) -> Counts:
    agency = t.cases.c.treating_agency
    query = sa.select(agency, good, every).where(*where).group_by(agency)
    return {code: Counted(float(k or 0), float(n or 0)) for code, k, n in con.execute(query)}


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _within(column: sa.ColumnElement[Any], period: Period) -> sa.ColumnElement[bool]:
    return sa.and_(column >= period.begins, column < period.ends)


def _in_time(con: Connection, book: Casebook, period: Period) -> Counts:
    c = t.cases.c
    arrived = sa.and_(c.state.in_(_ARRIVED), _within(c.submitted_at, period))
    # What waits for evidence stands still and is not late.
    ran_out = sa.and_(
        c.state.in_(ON_THE_CLOCK), c.due_at >= period.first, c.due_at < min(period.after, book.today)
    )  # fmt: skip
    good = sa.case((arrived, sa.case((day_of(c.submitted_at) <= sa.cast(c.due_at, sa.String), 1), else_=0)), else_=0)
    return _grouped(con, sa.func.sum(good), sa.func.count(), sa.or_(arrived, ran_out))


def _upheld(con: Connection, period: Period) -> Counts:
    a, agency = t.appeal.c, t.cases.c.treating_agency
    query = (
        sa.select(agency, _number(a.outcome == "dismissed"), sa.func.count())
        .join_from(t.appeal, t.cases, a.case_no == t.cases.c.case_no)
        .where(a.outcome.is_not(None), _within(a.decided_at, period))
        .group_by(agency)
    )
    return {code: Counted(float(k), float(n)) for code, k, n in con.execute(query)}


def _recovered(con: Connection, period: Period) -> Counts:
    """Count in effective cases: a hundred small ones and a large one say less than a hundred and one alike."""
    c = t.cases.c
    owed = sa.cast(c.determined, sa.Double)
    query = (
        sa.select(c.treating_agency, sa.func.sum(c.recovered), sa.func.sum(c.determined), sa.func.sum(owed * owed))
        .where(_within(c.closed_at, period), c.determined > 0)
        .group_by(c.treating_agency)
    )
    counts = {}
    for code, back, whole, squares in con.execute(query):
        size = float(whole) ** 2 / float(squares)
        counts[code] = Counted(size * min(1.0, float(back) / float(whole)), size)
    return counts


def _archived(con: Connection, period: Period) -> Counts:
    c, item = t.cases.c, t.archive_item.c
    is_whole = sa.exists().where(item.case_no == c.case_no, item.place == PIECES)
    return _grouped(
        con, _number(sa.and_(c.archived_at.is_not(None), is_whole)), sa.func.count(), _within(c.closed_at, period)
    )


def _misrouted(con: Connection, period: Period) -> Counts:
    """Count rejections by who rejected: once a case is elsewhere it no longer says where it was."""
    c, e = t.cases.c, t.event.c
    released = _grouped(con, sa.literal(0), sa.func.count(), _within(c.released_at, period))
    token = sa.literal("api:") + t.api_token.c.name
    whose = sa.func.coalesce(t.users.c.agency, t.api_token.c.agency)
    query = (
        sa.select(whose, sa.func.count())
        .select_from(t.cases)
        .join(t.event, e.case_no == c.case_no)
        .outerjoin(t.users, t.users.c.login == e.actor)
        .outerjoin(t.api_token, token == e.actor)
        .where(c.misroutes > 0, e.action == "reject_scope", _within(e.at, period), whose.is_not(None))
        .group_by(whose)
    )
    back: dict[str, float] = {}
    for code, number in con.execute(query):
        for agency in _city_of(code):
            back[agency] = back.get(agency, 0.0) + float(number)
    codes = released.keys() | back.keys()
    return {
        code: Counted(back.get(code, 0.0), back.get(code, 0.0) + (released[code].trials if code in released else 0.0))
        for code in codes
    }


def _city_of(code: str) -> Iterable[str]:
    """Return the agency itself, or the one above a county."""
    if code in agencies():
        return [code]
    return [agency.code for agency in agencies().values() if agency.pool == code[:4]]
