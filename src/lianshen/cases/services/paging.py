"""Going through a list page by page: a cursor says after which case the next page begins.

Unlike a number of rows to skip, it neither shows a case twice nor leaves one out when cases come and go in between.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import date
from typing import Any

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Refused
from lianshen.cases.filters import DEFAULT_SORT, SORTABLE, CaseFilter
from lianshen.cases.services.listing import PAGE, list_cases
from lianshen.cases.services.scope import LISTED, Row, conditions, present, select_sort
from lianshen.cases.store import Casebook

Key = tuple[sa.Column[Any], bool]
"""A column of the order, and whether it descends."""


def page_cases(p: Principal, book: Casebook, f: CaseFilter, cursor: str | None = None, limit: int = 100) -> Row:
    """Return ``{"items", "total", "at_issue", "next"}``: at most ``limit`` rows after the cursor, and the next cursor.

    Count and sum are of all, and come with the first page; ``next`` is None on the last.

    :raises Refused: for a cursor that is none, or is of another sort.
    """
    limit = min(max(1, limit), PAGE)
    sort = f.sort or DEFAULT_SORT
    keys = _keys(sort)
    where = conditions(p, book, f)
    first = {"total": None, "at_issue": None}
    if cursor is None:
        whole = list_cases(p, book, f, 0, 0)
        first = {"total": whole["total"], "at_issue": whole["at_issue"]}
    else:
        where.append(_after(keys, _read(cursor, sort, keys)))
    query = sa.select(*LISTED).where(*where).order_by(*select_sort(sort)).limit(limit + 1)
    with book.engine.connect() as con:
        rows = con.execute(query).mappings().all()
    more = len(rows) > limit
    rows = rows[:limit]
    following = write_cursor([sort, *(rows[-1][column.name] for column, _ in keys)]) if more else None
    return {"items": [present(p, book, row) for row in rows], **first, "next": following}


def _keys(sort: str) -> list[Key]:
    named = [(part.strip().removeprefix("-"), part.strip().startswith("-")) for part in sort.split(",")]
    return [*((t.cases.c[SORTABLE[name]], down) for name, down in named if name in SORTABLE), (t.cases.c.case_no, True)]


def _after(keys: list[Key], values: list[Any]) -> sa.ColumnElement[bool]:
    """Return the condition of what comes after these values, unknown ones last."""
    cases: list[sa.ColumnElement[bool]] = []
    equal: list[sa.ColumnElement[bool]] = []
    for (column, down), value in zip(keys, values, strict=True):
        if value is not None:
            beyond = column < value if down else column > value
            cases.append(sa.and_(*equal, sa.or_(beyond, column.is_(None)) if column.nullable else beyond))
        equal.append(column.is_(None) if value is None else column == value)
    column, down = keys[0]
    reached = sa.or_(*cases)
    if column.nullable or values[0] is None:
        return reached
    # Says nothing new, and lets an index on the first column begin where the page begins.
    return sa.and_(column <= values[0] if down else column >= values[0], reached)


INVALID = "cursor：无效；请使用上一页给出的 next，不要自行拼写"


def write_cursor(values: list[Any]) -> str:
    """Return a cursor that says these values: texts, numbers, days."""
    said = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> list[Any]:
    """Return what a cursor says; days are text.

    :raises Refused: for one that we did not write.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        first, *more = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True).decode())
    except (ValueError, TypeError, UnicodeError, binascii.Error, RecursionError) as error:
        raise Refused(INVALID) from error
    return [first, *more]


def _read(cursor: str, sort: str, keys: list[Key]) -> list[Any]:
    of, *values = read_cursor(cursor)
    if of != sort or len(values) != len(keys):
        raise Refused("cursor：属于另一种排序；更换排序后请从第一页开始")
    return [_typed(column, value) for (column, _), value in zip(keys, values, strict=True)]


def _typed(column: sa.Column[Any], value: Any) -> Any:
    wanted = column.type.python_type
    if value is None and column.nullable:
        return None
    try:
        if wanted is date and isinstance(value, str):
            return date.fromisoformat(value)
        if wanted is float and isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        is_small = wanted is int and type(value) is int and abs(value) < 2**63
        if is_small or (wanted is str and isinstance(value, str) and "\x00" not in value):
            return value
    except ValueError:
        pass
    raise Refused(INVALID)
