"""Lists of cases under a filter: pages, counts and facets, each inside the principal's scope."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.filters import DEFAULT_SORT, CaseFilter
from lianshen.cases.services.columns import Columns, columns_of
from lianshen.cases.services.evaluating import Unanswerable
from lianshen.cases.services.scope import (
    LISTED,
    Row,
    conditions,
    present,
    select_sort,
)
from lianshen.cases.store import Casebook

PAGE = 500
FEW = 500
CUBE = {"state": "state", "region": "treating_agency", "rule": "rules", "severity": "severity", "level": "hosp_lv"}
"""Facets that are counted together, in the order of the covering index."""


def list_cases(
    p: Principal, book: Casebook, f: CaseFilter, start: int = 0, end: int = 100, sort: str | None = None,
    *, want_total: bool = True,
) -> Row:  # fmt: skip
    """Return ``{"items", "total", "at_issue"}``: rows ``start`` to ``end`` (at most 500) and count and fen of all.

    ``sort`` is a comma separated list of the names of ``SORTABLE``, ``-`` for descending; unknown names are ignored.
    """
    where = conditions(p, book, f)
    chosen = select_sort(sort or f.sort or DEFAULT_SORT)
    start = max(0, start)
    limit = min(max(0, end - start), PAGE)
    with book.engine.connect() as con:
        columns = _columns(con, book)
        total, at_issue = _sums(con, columns, where) if want_total or f.q else (None, None)
        if f.q and columns and total is not None and total <= FEW:
            # The database would read every case for a text that few have.
            with suppress(Unanswerable):
                where = [*where, t.cases.c.case_no.in_(columns.numbers(where))]
        query = sa.select(*LISTED).where(*where).order_by(*chosen).offset(start).limit(limit)
        items = [present(p, book, row) for row in con.execute(query).mappings()] if limit and total != 0 else []
    return {"items": items, "total": total if want_total else None, "at_issue": at_issue if want_total else None}


def _columns(con: Connection, book: Casebook) -> Columns | None:
    columns = columns_of(book.engine)
    return columns if columns.ready(con) else None


def _sums(con: Connection, columns: Columns | None, where: Sequence[sa.ColumnElement[bool]]) -> tuple[int, int]:
    """Return how many cases meet the conditions and what they have at issue, fen."""
    if columns:
        with suppress(Unanswerable):
            return columns.count(where)
    summed = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(t.cases.c.at_issue), 0)).where(*where)
    total, at_issue = con.execute(summed).one()
    return int(total), int(at_issue)


def count_cases(p: Principal, book: Casebook, f: CaseFilter) -> int:
    """Return how many cases the filter has within the principal's scope."""
    with book.engine.connect() as con:
        return _sums(con, _columns(con, book), conditions(p, book, f))[0]


def facets(p: Principal, book: Casebook, f: CaseFilter) -> dict[str, dict[str, int]]:
    """Return for each facet how many cases each value has; a facet ignores its own selection, so it can be widened.

    Facets are state, region, rule, severity, level and insured (pool). A case counts once for each of its rules.
    """
    with book.engine.connect() as con:
        if columns := _columns(con, book):
            with suppress(Unanswerable):
                return _tallied(p, book, f, columns)
        return _grouped(p, book, f, con)


def _tallied(p: Principal, book: Casebook, f: CaseFilter, columns: Columns) -> dict[str, dict[str, int]]:
    named = {**CUBE, "insured": "insu_pool"}
    base = conditions(p, book, f.model_copy(update=dict.fromkeys(named, ())))
    nothing = CaseFilter(side=f.side)
    chosen: dict[str, list[sa.ColumnElement[bool]]] = {column: [] for column in named.values()}
    for name, column in named.items():
        if values := getattr(f, name):
            chosen[column] = conditions(p, book, nothing.model_copy(update={name: values}))
    tallied = columns.tally(base, chosen)
    counts: dict[str, dict[str, int]] = {}
    for name, column in named.items():
        counts[name] = {}
        for value, number in sorted(tallied[column].items()):
            for part in filter(None, str(value).split(",")):
                counts[name][part] = counts[name].get(part, 0) + number
    return counts


def _grouped(p: Principal, book: Casebook, f: CaseFilter, con: Connection) -> dict[str, dict[str, int]]:
    columns = [t.cases.c[column] for column in CUBE.values()]
    open_filter = f.model_copy(update=dict.fromkeys(CUBE, ()))
    cube = sa.select(*columns, sa.func.count()).where(*conditions(p, book, open_filter)).group_by(*columns)
    pool = t.cases.c.insu_pool
    others = conditions(p, book, f.model_copy(update={"insured": ()}))
    cells = con.execute(cube).all()
    insured = con.execute(sa.select(pool, sa.func.count()).where(*others).group_by(pool)).tuples()
    return {**_count(cells, f), "insured": dict(sorted(insured))}


def _count(cells: Sequence[sa.Row[Any]], f: CaseFilter) -> dict[str, dict[str, int]]:
    """Add up the cube: a cell counts for every facet where it meets all selections, else for the only one it misses."""
    chosen = [{str(value) for value in getattr(f, name)} for name in CUBE]
    known: list[dict[Any, tuple[tuple[str, ...], bool]]] = [{} for _ in CUBE]
    sums: list[dict[tuple[str, ...], int]] = [{} for _ in CUBE]
    for *values, number in cells:
        missed = -1
        own = []
        for index, value in enumerate(values):
            found = known[index].get(value)
            if found is None:
                parts = tuple(part for part in str(value).split(",") if part)
                found = known[index][value] = parts, not chosen[index] or not chosen[index].isdisjoint(parts)
            own.append(found[0])
            if not found[1]:
                if missed >= 0:
                    break
                missed = index
        else:
            for index in range(len(own)) if missed < 0 else (missed,):
                sums[index][own[index]] = sums[index].get(own[index], 0) + number
    counts: dict[str, dict[str, int]] = {}
    for name, summed in zip(CUBE, sums, strict=True):
        counts[name] = {}
        for parts, number in sorted(summed.items()):
            for part in parts:
                counts[name][part] = counts[name].get(part, 0) + number
    return counts
