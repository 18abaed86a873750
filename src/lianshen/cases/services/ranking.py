"""What the last ranking says: of one case, and of the lists of desks, each inside the principal's scope."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from lianshen.agency import CENTRE
from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden
from lianshen.cases.services.reading import fetch
from lianshen.cases.services.scope import LISTED, Row, agency_name, present, scope
from lianshen.cases.store import Casebook

WHOLE = frozenset({"reviewer", "lead", "manager", "analyst"})
PART = frozenset({"handler", "region_lead"})
"""Roles that see the lists of their own agency."""


def get_rank(p: Principal, book: Casebook, case_no: str) -> Row | None:
    """Return what a case is expected to bring back and why, amounts in fen; None before its first ranking.

    :raises NotFound: if the case does not exist or is not the principal's.
    """
    with book.engine.connect() as con:
        fetch(p, con, case_no)
        row = con.execute(sa.select(t.case_rank).where(t.case_rank.c.case_no == case_no)).mappings().one_or_none()
    return None if row is None else {**row, "desk_name": agency_name(row["desk"])}


def may_see_desks(p: Principal) -> bool:
    """Return whether the principal may read lists of desks at all."""
    return p.role in WHOLE or p.role in PART


def desks(p: Principal, book: Casebook) -> dict[str, Any]:
    """Return the last night's lists: ``{"night", "at", "decisions", "model", "desks"}``, minutes and fen.

    Who works at an agency sees its own desk, and nothing of how it decides beside others.

    :raises Forbidden: for roles that see no case.
    """
    if not may_see_desks(p):
        raise Forbidden(f"{p.role_name}不能查看排序与抽检")
    n = t.rank_night.c
    with book.engine.connect() as con:
        row = (
            con.execute(sa.select(t.rank_night).order_by(n.at.desc(), n.night.desc()).limit(1)).mappings().one_or_none()
        )
    if row is None:
        return {"night": None, "at": None, "decisions": 0, "model": {}, "desks": []}
    shown = [
        {"desk": desk, "name": agency_name(desk), **figures}
        for desk, figures in sorted(row["desks"].items(), key=lambda one: (one[0] != CENTRE, one[0]))
        if p.sees_province or desk == _city(p)
    ]
    model = row["model"] if p.sees_province else {"source": row["model"]["source"]}
    return {**{name: row[name] for name in ("night", "at", "decisions")}, "model": model, "desks": shown}


def _city(p: Principal) -> str | None:
    return None if p.agency is None or domain.is_county(p.agency) else p.agency


def tonight(
    p: Principal, book: Casebook, desk: str | None = None, *, waiting: bool = False, limit: int = 100
) -> list[Row]:
    """Return the cases of the lists, in their order: the chosen ones, or those that did not fit and wait.

    A row is a case as lists show it, with place, chosen, minutes and waiting_since. ``desk``: of one desk only.
    """
    r = t.case_rank.c
    where = [*scope(p), r.place > 0, r.chosen.is_(None) if waiting else r.chosen.is_not(None)]
    if desk is not None:
        where.append(r.desk == desk)
    query = (
        sa.select(*LISTED, r.place, r.chosen, r.minutes, r.here, r.desk, r.waiting_since, r.low, r.high)
        .join(t.case_rank, r.case_no == t.cases.c.case_no)
        .where(*where)
        .order_by(r.desk, r.place)
        .limit(limit)
    )
    with book.engine.connect() as con:
        return [present(p, book, row) for row in con.execute(query).mappings()]
