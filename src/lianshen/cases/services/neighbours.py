"""The case before and the case after in a queue, found from the case itself: it need not be in the queue any more."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.filters import DEFAULT_SORT, SORTABLE, CaseFilter
from lianshen.cases.services.reading import fetch
from lianshen.cases.services.scope import conditions
from lianshen.cases.store import Casebook

Key = tuple[sa.Column[Any], bool]
"""A column of the order, and whether the largest comes first."""


def neighbours(p: Principal, book: Casebook, f: CaseFilter, case_no: str) -> tuple[str | None, str | None]:
    """Return the numbers of the case before and the case after, in the order of the filter; None at either end.

    :raises NotFound: if the case does not exist or may not be known.
    """
    keys = _keys(f.sort or DEFAULT_SORT)
    where = conditions(p, book, f)
    with book.engine.connect() as con:
        row = fetch(p, con, case_no, informed=True)
        before, after = (
            con.scalar(
                sa.select(t.cases.c.case_no)
                .where(*where, _beyond(keys, row, forward))
                .order_by(*(_order(column, down == forward, forward) for column, down in keys))
                .limit(1)
            )
            for forward in (False, True)
        )
    return before, after


def _keys(sort: str) -> list[Key]:
    keys = [
        (t.cases.c[SORTABLE[name]], part.strip().startswith("-"))
        for part in sort.split(",")
        if (name := part.strip().removeprefix("-")) in SORTABLE
    ]
    return [*keys, (t.cases.c.case_no, True)]


def _order(column: sa.Column[Any], down: bool, forward: bool) -> sa.ColumnElement[Any]:
    way = column.desc() if down else column.asc()
    if not column.nullable:
        return way
    return way.nulls_last() if forward else way.nulls_first()


def _beyond(keys: list[Key], row: sa.RowMapping, forward: bool) -> sa.ColumnElement[bool]:
    """Return the condition of lying behind the row in the order, or before it."""
    columns = [column for column, _ in keys]
    if len({down for _, down in keys}) == 1 and not any(column.nullable for column in columns):
        # One comparison of whole rows: either database answers it from the index of the order.
        here = sa.tuple_(*(sa.literal(row[column.name], column.type) for column in columns))
        return sa.tuple_(*columns) < here if keys[0][1] == forward else sa.tuple_(*columns) > here
    ways: list[sa.ColumnElement[bool]] = []
    same: list[sa.ColumnElement[bool]] = []
    for column, down in keys:
        ways.append(sa.and_(*same, _past(column, row[column.name], down == forward, forward)))
        value = row[column.name]
        same.append(column.is_(None) if value is None else column == value)
    return sa.or_(*ways)


def _past(column: sa.Column[Any], value: Any, below: bool, forward: bool) -> sa.ColumnElement[bool]:
    # What is not known comes last, whatever the direction.
    if value is None:
        return sa.false() if forward else column.is_not(None)
    past = column < value if below else column > value
    return sa.or_(past, column.is_(None)) if forward and column.nullable else past
