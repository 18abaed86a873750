"""Going through inquiries page by page, as :mod:`lianshen.cases.services.paging` goes through cases."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Refused
from lianshen.cases.inquiry_filter import InquiryFilter
from lianshen.cases.services.inquiry_reading import PAGE, conditions, order, present, visible_cases
from lianshen.cases.services.paging import INVALID, read_cursor, write_cursor
from lianshen.cases.services.scope import Row
from lianshen.cases.store import Casebook


def page_inquiries(
    p: Principal, book: Casebook, f: InquiryFilter, cursor: str | None = None, limit: int = 50
) -> Row:  # fmt: skip
    """Return ``{"items", "total", "next"}``: at most ``limit`` after the cursor; the count comes with the first page.

    :raises Refused: for a cursor that is none.
    """
    limit = min(max(1, limit), PAGE)
    where = conditions(p, book, f)
    place, due_at, number = order()
    query = sa.select(t.inquiry, place.label("place")).where(*where).order_by(place, due_at, number).limit(limit + 1)
    if cursor is not None:
        at, due, last = _read(cursor)
        after = sa.or_(due_at > due, sa.and_(due_at == due, number > last))
        query = query.where(sa.or_(place > at, sa.and_(place == at, after)))
    with book.engine.connect() as con:
        rows = con.execute(query).mappings().all()
        total = None
        if cursor is None:
            total = con.scalar(sa.select(sa.func.count()).select_from(t.inquiry).where(*where)) or 0
        more, rows = len(rows) > limit, rows[:limit]
        shown = visible_cases(p, con, (row["case_no"] for row in rows))
        items = [present(p, book, row, shown) for row in rows]
    following = write_cursor([*(items[-1].get(name) for name in ("place", "due_at", "inquiry_no"))]) if more else None
    for item in items:
        del item["place"]
    return {"items": items, "total": total, "next": following}


def _read(cursor: str) -> tuple[int, date, str]:
    values: list[Any] = read_cursor(cursor)
    match values:
        case [int(place), str(due), str(number)] if "\x00" not in number and place in (0, 1, 2):
            try:
                return place, date.fromisoformat(due), number
            except ValueError as error:
                raise Refused(INVALID) from error
    raise Refused(INVALID)
