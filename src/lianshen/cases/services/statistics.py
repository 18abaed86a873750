"""Figures over cases, always under the principal's scope and filter; money in fen."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services.scope import Row, agency_name, conditions
from lianshen.cases.store import Casebook

AGES = ("超期 30 天以上", "超期 8–30 天", "超期 1–7 天", "3 个工作日内到期", "未到期")
"""The classes of :func:`ageing`, worst first: calendar days late, and working days left as the queue counts them."""
EVERYTHING = CaseFilter()
MONEY = ("at_issue", "exposure", "released", "determined", "recovered")
SUMMED = frozenset((*MONEY, "cases", "new", "open", "overdue", "decided", "upheld"))


def _sum(condition: sa.ColumnElement[bool], value: Any = 1) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, value), else_=0)), 0)


def _open(book: Casebook) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    on_clock = t.cases.c.state.in_(domain.ON_THE_CLOCK)
    return on_clock, sa.and_(on_clock, t.cases.c.due_at < book.today)


def decided() -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Return when a decision stands (the centre has confirmed it), and when it stands and found something."""
    stands = t.cases.c.state.in_(domain.DECIDED)
    return stands, sa.and_(stands, t.cases.c.decision.in_(("confirmed", "partial")))


def region_stats(p: Principal, book: Casebook, f: CaseFilter = EVERYTHING) -> list[Row]:
    """Return per treating agency: cases, open, overdue, decided, upheld, and money in fen.

    The money is at_issue, released, determined and recovered.
    """
    c = t.cases.c
    on_clock, overdue = _open(book)
    stands, upheld = decided()
    query = (
        sa.select(
            c.treating_agency.label("region"),
            sa.func.count().label("cases"),
            _sum(c.state == "new").label("new"),
            _sum(on_clock).label("open"),
            _sum(overdue).label("overdue"),
            _sum(stands).label("decided"),
            _sum(upheld).label("upheld"),
            sa.func.coalesce(sa.func.sum(c.at_issue), 0).label("at_issue"),
            _sum(c.state.notin_(domain.AT_THE_CENTRE_ONLY), c.at_issue).label("released"),
            _sum(stands, sa.func.coalesce(c.determined, 0)).label("determined"),
            sa.func.coalesce(sa.func.sum(c.recovered), 0).label("recovered"),
        )
        .where(*conditions(p, book, f))
        .group_by(c.treating_agency)
        .order_by(c.treating_agency)
    )
    return [{**row, "name": agency_name(row["region"])} for row in _rows(book, query)]


def rule_stats(p: Principal, book: Casebook, f: CaseFilter = EVERYTHING) -> list[Row]:
    """Return per rule: findings, cases, decided, upheld, dropped cases, and its own counted fen and exposure."""
    c, found = t.cases.c, t.case_finding.c
    distinct = sa.func.count(sa.distinct(c.case_no))
    stands, upheld = decided()

    def cases_where(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count(sa.distinct(sa.case((condition, c.case_no))))

    query = (
        sa.select(
            found.rule_id.label("rule"),
            sa.func.max(found.title_zh).label("name"),
            sa.func.count().label("findings"),
            distinct.label("cases"),
            cases_where(stands).label("decided"),
            cases_where(upheld).label("upheld"),
            cases_where(c.state == "dropped").label("dropped"),
            sa.func.coalesce(sa.func.sum(found.counted), 0).label("at_issue"),
            sa.func.coalesce(sa.func.sum(found.exposure), 0).label("exposure"),
        )
        .join_from(t.case_finding, t.cases, found.case_no == c.case_no)
        .where(*conditions(p, book, f))
        .group_by(found.rule_id)
        .order_by(found.rule_id)
    )
    return _rows(book, query)


def ageing(p: Principal, book: Casebook, f: CaseFilter = EVERYTHING) -> list[Row]:
    """Return open cases per agency and class of ``AGES``: ``{"region", "name", "age", "cases", "at_issue"}``."""
    c = t.cases.c
    on_clock, _ = _open(book)
    query = (
        sa.select(
            c.treating_agency, c.due_at, sa.func.count().label("cases"), sa.func.sum(c.at_issue).label("at_issue")
        )
        .where(*conditions(p, book, f), on_clock)
        .group_by(c.treating_agency, c.due_at)
    )
    summed: dict[tuple[str, int], list[int]] = {}
    soon = book.workdays.add(book.today, 3)
    for row in _rows(book, query):
        late = (book.today - row["due_at"]).days
        age = 0 if late > 30 else 1 if late > 7 else 2 if late > 0 else 3 if row["due_at"] <= soon else 4
        entry = summed.setdefault((row["treating_agency"], age), [0, 0])
        entry[0] += row["cases"]
        entry[1] += row["at_issue"]
    return [
        {"region": region, "name": agency_name(region), "age": AGES[age], "cases": number, "at_issue": fen}
        for (region, age), (number, fen) in sorted(summed.items())
    ]


def state_sums(p: Principal, book: Casebook, f: CaseFilter = EVERYTHING) -> list[Row]:
    """Return per state, in the order of a case's life: ``{"state", "name", "cases", "at_issue", "exposure"}``."""
    c = t.cases.c
    query = (
        sa.select(
            c.state,
            sa.func.count().label("cases"),
            sa.func.sum(c.at_issue).label("at_issue"),
            sa.func.sum(c.exposure).label("exposure"),
        )
        .where(*conditions(p, book, f))
        .group_by(c.state)
    )
    order = list(domain.STATES)
    rows = sorted(_rows(book, query), key=lambda row: order.index(row["state"]))
    return [{**row, "name": domain.STATES[row["state"]][0]} for row in rows]


def funnel(p: Principal, book: Casebook, f: CaseFilter = EVERYTHING) -> list[Row]:
    """Return the steps of the money, each part of the one before: raised, released, decided, determined, recovered."""
    c = t.cases.c
    released = c.state.notin_(domain.AT_THE_CENTRE_ONLY)
    stands, upheld = decided()
    query = sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(c.at_issue), 0),
        _sum(released),
        _sum(released, c.at_issue),
        _sum(stands),
        _sum(stands, c.at_issue),
        _sum(upheld),
        _sum(stands, sa.func.coalesce(c.determined, 0)),
        _sum(c.recovered != 0),
        sa.func.coalesce(sa.func.sum(c.recovered), 0),
    ).where(*conditions(p, book, f))
    with book.engine.connect() as con:
        values = [int(value) for value in con.execute(query).one()]
    steps = (("raised", "涉及"), ("released", "下发"), ("decided", "已有结论"), ("determined", "认定违规"),
             ("recovered", "追回"))  # fmt: skip
    return [
        {"step": step, "name": name, "cases": values[2 * index], "fen": values[2 * index + 1]}
        for index, (step, name) in enumerate(steps)
    ]


def totals(p: Principal, book: Casebook, f: CaseFilter = EVERYTHING) -> Row:
    """Return the headline figures: cases, new, open, overdue, decided, upheld, at_issue, exposure, determined,
    recovered (fen)."""
    c = t.cases.c
    on_clock, overdue = _open(book)
    stands, upheld = decided()
    query = sa.select(
        sa.func.count().label("cases"),
        _sum(c.state == "new").label("new"),
        _sum(on_clock).label("open"),
        _sum(overdue).label("overdue"),
        _sum(stands).label("decided"),
        _sum(upheld).label("upheld"),
        sa.func.coalesce(sa.func.sum(c.at_issue), 0).label("at_issue"),
        sa.func.coalesce(sa.func.sum(c.exposure), 0).label("exposure"),
        _sum(stands, sa.func.coalesce(c.determined, 0)).label("determined"),
        sa.func.coalesce(sa.func.sum(c.recovered), 0).label("recovered"),
        sa.func.max(c.night).label("newest_night"),
    ).where(*conditions(p, book, f))
    return _rows(book, query)[0]


def nightly(p: Principal, book: Casebook, f: CaseFilter = EVERYTHING, nights: int = 60) -> list[Row]:
    """Return cases and fund at issue per night, the last ``nights`` of them, oldest first."""
    c = t.cases.c
    query = (
        sa.select(c.night, sa.func.count().label("cases"), sa.func.sum(c.at_issue).label("at_issue"))
        .where(*conditions(p, book, f))
        .group_by(c.night)
        .order_by(c.night.desc())
        .limit(nights)
    )
    return _rows(book, query)[::-1]


def _rows(book: Casebook, query: sa.Select[Any]) -> list[Row]:
    with book.engine.connect() as con:
        rows = [dict(row) for row in con.execute(query).mappings()]
    # PostgreSQL sums bigints to numeric; fen are integers everywhere.
    return [
        {name: int(value) if name in SUMMED and value is not None else value for name, value in row.items()}
        for row in rows
    ]
