"""Figures over cases, always under the principal's scope and filter; money in fen."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services.cube import cube
from lianshen.cases.services.scope import Row, agency_name, conditions
from lianshen.cases.store import Casebook

AGES = ("超期 30 天以上", "超期 8–30 天", "超期 1–7 天", "3 个工作日内到期", "未到期")
"""The classes of :func:`ageing`, worst first: calendar days late, and working days left as the queue counts them."""
EVERYTHING = CaseFilter()
SUMMED = frozenset({"at_issue", "exposure", "cases", "decided", "upheld"})


def decided() -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Return when a decision stands (the centre has confirmed it), and when it stands and found something."""
    stands = t.cases.c.state.in_(domain.DECIDED)
    return stands, sa.and_(stands, t.cases.c.decision.in_(("confirmed", "partial")))


def totals(p: Principal, book: Casebook, f: CaseFilter = EVERYTHING) -> Row:
    """Return the headline figures: every measure of the cube, and newest_night."""
    return cube(p, book, f).totals()


def region_stats(p: Principal, book: Casebook, f: CaseFilter = EVERYTHING) -> list[Row]:
    """Return every measure of the cube per treating agency."""
    return cube(p, book, f).regions()


def state_sums(p: Principal, book: Casebook, f: CaseFilter = EVERYTHING) -> list[Row]:
    """Return cases and their money per state, in the order of a case's life."""
    return cube(p, book, f).states()


def funnel(p: Principal, book: Casebook, f: CaseFilter = EVERYTHING) -> list[Row]:
    """Return the steps of the money from what was raised to what came back."""
    return cube(p, book, f).steps()


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
    on_clock = c.state.in_(domain.ON_THE_CLOCK)
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
