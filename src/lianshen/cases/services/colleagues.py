"""Whom a case can be assigned to."""

from __future__ import annotations

import sqlalchemy as sa

from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.services.reading import fetch
from lianshen.cases.services.scope import Row, situation
from lianshen.cases.store import Casebook


def colleagues(p: Principal, book: Casebook, case_no: str) -> list[Row]:
    """Return login, name and open cases of everyone the principal may assign the case to, least work first.

    Empty where the principal may not assign it.
    """
    u, c = t.users.c, t.cases.c
    with book.engine.connect() as con:
        row = fetch(p, con, case_no)
        if not domain.allowed(p, "assign", situation(row)):
            return []
        held = sa.and_(c.assignee == u.login, c.state.in_(domain.TRANSITIONS["assign"].sources))
        query = (
            sa.select(u.login, u.name, u.role, sa.func.count(c.case_no).label("open"))
            .outerjoin(t.cases, held)
            .where(
                u.is_active,
                u.role.in_(sorted(domain.REGIONAL)),
                u.agency.in_([code for code in (row["treating_agency"], row["county"]) if code]),
            )
            .group_by(u.login, u.name, u.role)
            .order_by(sa.func.count(c.case_no), u.login)
        )
        return [dict(one) for one in con.execute(query.select_from(t.users)).mappings()]
