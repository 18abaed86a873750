"""How an agency does, under the principal's scope: how fast, who with, how well, and what money came back.

Every figure is counted in the database; what comes here are cells, not cases. Days are working days where a clock
counts them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services.scope import Row, conditions
from lianshen.cases.services.statistics import EVERYTHING
from lianshen.cases.store import Casebook
from lianshen.cases.tables.days import day_of, month_of

WEEK = timedelta(days=7)
RECENT = timedelta(days=90)
"""How far back the work of a handler and the quality of an agency are looked at."""


def closing_weeks(p: Principal, book: Casebook, f: CaseFilter = EVERYTHING, weeks: int = 8) -> list[Row]:
    """Return for each of the last ``weeks`` weeks how fast the cases sent out in it were closed, oldest first.

    A row has week (its Monday), released, age (working days since its last case went out), and closed: pairs of
    working days since release and the cases closed by then. A case that was reopened is open.
    """
    c = t.cases.c
    monday = book.today - timedelta(days=book.today.weekday())
    first = monday - WEEK * (weeks - 1)
    sent, closed = day_of(c.released_at), day_of(c.closed_at)
    query = (
        sa.select(sent, closed, sa.func.count())
        .where(*conditions(p, book, f), c.released_at.is_not(None), sent >= first.isoformat())
        .group_by(sent, closed)
    )
    found: dict[date, list[tuple[date, date | None, int]]] = {}
    with book.engine.connect() as con:
        for begin, end, number in con.execute(query).tuples():
            day = date.fromisoformat(begin)
            cell = (day, date.fromisoformat(end) if end else None, number)
            found.setdefault(day - timedelta(days=day.weekday()), []).append(cell)
    return [_week(book, week, cells) for week, cells in sorted(found.items())]


def _week(book: Casebook, week: date, cells: list[tuple[date, date | None, int]]) -> Row:
    took: dict[int, int] = {}
    for sent, closed, number in cells:
        if closed is not None:
            days = max(0, book.workdays.between(sent, closed))
            took[days] = took.get(days, 0) + number
    closed_by, so_far = [], 0
    for days in sorted(took):
        so_far += took[days]
        closed_by.append((days, so_far))
    age = book.workdays.between(max(sent for sent, _, _ in cells), book.today)
    return {"week": week, "released": sum(number for _, _, number in cells), "age": max(0, age), "closed": closed_by}


def workload(p: Principal, book: Casebook, f: CaseFilter = EVERYTHING) -> list[Row]:
    """Return per handler what is open and what was done in the last ninety days, the fullest desk first.

    A row has login, name, open, overdue, soon (due within three working days), submitted (waiting for the centre),
    closed, returned and at_issue (fen, of the open ones). What nobody took on yet is one row with login None.
    """
    c, u, today = t.cases.c, t.users.c, book.today
    on_clock = c.state.in_(domain.ON_THE_CLOCK)
    soon = book.workdays.add(today, 3)
    since = book.now() - RECENT

    def count(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0))

    query = (
        sa.select(
            c.assignee.label("login"),
            sa.func.max(u.name).label("name"),
            count(on_clock).label("open"),
            count(on_clock, c.due_at < today).label("overdue"),
            count(on_clock, c.due_at >= today, c.due_at <= soon).label("soon"),
            count(c.state == "submitted").label("submitted"),
            count(c.state == "returned").label("returned"),
            count(c.closed_at >= since).label("closed"),
            sa.func.sum(sa.case((on_clock, c.at_issue), else_=0)).label("at_issue"),
        )
        .select_from(t.cases.outerjoin(t.users, u.login == c.assignee))
        .where(*conditions(p, book, f), c.state.notin_(domain.AT_THE_CENTRE_ONLY))
        .group_by(c.assignee)
    )
    with book.engine.connect() as con:
        rows = [_whole(row, "login", "name") for row in con.execute(query).mappings()]
    busy = [row for row in rows if row["open"] or row["submitted"] or row["closed"]]
    return sorted(busy, key=lambda row: (row["login"] is None, -row["open"], row["login"] or ""))


def quality(p: Principal, book: Casebook, f: CaseFilter = EVERYTHING) -> list[Row]:
    """Return how well the work holds: ``{"what", "part", "whole"}`` for each measure of Art. 18.

    in_time: closed by their due day, of all closed · returned: submissions that the centre sent back · reopened:
    closed cases taken up again · appealed: decisions that the institution's appeal changed, of appeals decided ·
    misrouted: cases that the agency rejected as not its own, of all sent out · archived: of all closed.
    """
    c, e = t.cases.c, t.event.c
    where = conditions(p, book, f)
    # An appeal and an extension move the day; a case is late by the day that stood when it was closed.
    in_time = sa.and_(c.closed_at.is_not(None), day_of(c.closed_at) <= sa.cast(c.due_at, sa.String))
    cases = sa.select(
        sa.func.count(),
        _if(c.closed_at.is_not(None)),
        _if(in_time),
        _if(c.misroutes > 0),
        _if(c.archived_at.is_not(None)),
    ).where(*where, c.state.notin_(domain.AT_THE_CENTRE_ONLY))
    moved = (
        sa.select(e.action, sa.func.count())
        .select_from(t.event.join(t.cases, e.case_no == c.case_no))
        .where(*where, e.action.in_(("submit", "return", "confirm", "reopen")))
        .group_by(e.action)
    )
    a = t.appeal.c
    appeals = (
        sa.select(sa.func.count(), _if(a.outcome.in_(("upheld", "partly"))))
        .select_from(t.appeal.join(t.cases, a.case_no == c.case_no))
        .where(*where, a.outcome.is_not(None))
    )
    with book.engine.connect() as con:
        sent, closed, timely, misrouted, archived = _numbers(con, cases)
        events: dict[str, int] = dict(con.execute(moved).tuples().all())
        decided, changed = _numbers(con, appeals)
    measures = (
        ("in_time", timely, closed),
        ("returned", events.get("return", 0), events.get("submit", 0)),
        ("reopened", events.get("reopen", 0), events.get("confirm", 0)),
        ("appealed", changed, decided),
        ("misrouted", misrouted, sent),
        ("archived", archived, closed),
    )
    return [{"what": what, "part": part, "whole": whole} for what, part, whole in measures]


def recovered_by_month(p: Principal, book: Casebook, f: CaseFilter = EVERYTHING, months: int = 12) -> list[Row]:
    """Return the money that came back per month and way, oldest first: ``{"month", "way", "name", "fen"}``."""
    c, r = t.cases.c, t.recovery.c
    month = month_of(r.day)
    query = (
        sa.select(month.label("month"), r.way, sa.func.sum(r.amount).label("fen"))
        .select_from(t.recovery.join(t.cases, r.case_no == c.case_no))
        .where(*conditions(p, book, f))
        .group_by(month, r.way)
        .order_by(month, r.way)
    )
    with book.engine.connect() as con:
        rows = [dict(row) for row in con.execute(query).mappings()]
    shown = sorted({row["month"] for row in rows})[-months:]
    return [{**row, "fen": int(row["fen"]), "name": domain.WAYS[row["way"]]} for row in rows if row["month"] in shown]


def _if(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _numbers(con: Connection, query: sa.Select[Any]) -> list[int]:
    return [int(value) for value in con.execute(query).one()]


def _whole(row: sa.RowMapping, *texts: str) -> Row:
    # PostgreSQL sums bigints to numeric; counts and fen are integers everywhere.
    return {name: value if name in texts else int(value or 0) for name, value in row.items()}
