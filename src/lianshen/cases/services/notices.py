"""What an agency or a person is told: the list, how much of it is unread, and marking it read.

Who is told is written by the services that change something; a notice for an agency is read for all of its
people by whoever reads it first, as a letter in the office's tray.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.inquiries import desk_of
from lianshen.cases.services.scope import Row
from lianshen.cases.services.telling import INSURED_KINDS
from lianshen.cases.store import Casebook, writing

PAGE = 200


def list_notices(
    p: Principal, book: Casebook, *, unread: bool = False, before: int | None = None, limit: int = 50
) -> list[Row]:
    """Return the notices for the principal's agency or login, newest first; ``before`` is the id to go on from."""
    n = t.notice.c
    where = _mine(p)
    if unread:
        where.append(n.read_at.is_(None))
    if before is not None:
        where.append(n.id < before)
    query = sa.select(t.notice).where(*where).order_by(n.id.desc()).limit(min(max(0, limit), PAGE))
    with book.engine.connect() as con:
        return [dict(row) for row in con.execute(query).mappings()]


def count_unread(p: Principal, book: Casebook) -> int:
    """Return how many notices nobody has read."""
    query = sa.select(sa.func.count()).select_from(t.notice).where(t.notice.c.read_at.is_(None), *_mine(p))
    with book.engine.connect() as con:
        return con.scalar(query) or 0


def mark_read(p: Principal, book: Casebook, ids: Sequence[int] | None = None, *, until: int | None = None) -> int:
    """Mark notices as read: those named, or all up to the id ``until``; return how many were not yet.

    What is not the principal's is left alone, and so is what came after the list that was looked at.
    """
    n = t.notice.c
    which = n.id.in_(list(ids)) if ids is not None else n.id <= (until or 0)
    change = t.notice.update().where(which, n.read_at.is_(None), *_mine(p))
    with writing(book.engine) as con:
        return con.execute(change.values(read_at=book.now(), read_by=p.login)).rowcount


def _mine(p: Principal) -> list[sa.ColumnElement[bool]]:
    n, desk = t.notice.c, desk_of(p)
    if desk is None:
        return [n.login == p.login]
    mine = [n.agency == desk, sa.or_(n.login.is_(None), n.login == p.login)]
    # What happens to the own insured elsewhere is for those who may read it.
    return mine if p.sees_insured else [*mine, n.kind.notin_(INSURED_KINDS)]
