"""Reading one case with its lines, findings, trail, relatives and dossier.

What is out of scope is not there: every query carries the principal's scope, and a case outside it
raises the same :class:`NotFound` as a case that does not exist.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal, Situation
from lianshen.cases.errors import NotFound
from lianshen.cases.services.scope import (
    LISTED,
    Row,
    informed_scope,
    present,
    scope,
    situation,
)
from lianshen.cases.store import Casebook, writing


def fetch(p: Principal, con: Connection, case_no: str, *, lock: bool = False, informed: bool = False) -> sa.RowMapping:
    """Return a case's row under the principal's scope; ``lock`` keeps others from moving it until the commit.

    ``informed``: also for the region that insures the person, which may read the summary and what came of it.

    :raises NotFound: if it does not exist or may not be known.
    """
    bounds = [sa.or_(sa.and_(sa.true(), *scope(p)), sa.and_(*informed_scope(p)))] if informed else scope(p)
    query = sa.select(t.cases).where(t.cases.c.case_no == case_no, *bounds)
    row = con.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise NotFound(case_no)
    return row


def get_case(p: Principal, book: Casebook, case_no: str) -> Row:
    """Return everything of one case but its lines, findings and events.

    :raises NotFound: if it does not exist or may not be known.
    """
    with book.engine.connect() as con:
        case = present(p, book, row := fetch(p, con, case_no, informed=True))
        settled = sa.select(t.case_settlement.c.setl_id).where(t.case_settlement.c.case_no == case_no)
        case["setl_ids"] = sorted(con.scalars(settled))
        case["may_determine"] = domain.may_determine(p, situation(row))
        case["may_recover"] = domain.may_recover(p, situation(row))
        case["is_whole"] = domain.in_scope(p, situation(row))
        return case


def get_lines(p: Principal, book: Casebook, case_no: str) -> list[Row]:
    """Return the lines to determine, those with most money first; amounts in fen.

    A finding without fee lines, such as a wrong ratio, is one line with the finding's id as ``bkkp_sn``.
    """
    line = t.case_line.c
    with book.engine.connect() as con:
        fetch(p, con, case_no)
        found = con.execute(
            sa.select(t.case_line)
            .where(line.case_no == case_no)
            .order_by(sa.func.abs(line.at_most).desc(), line.fee_date, line.bkkp_sn)
        ).mappings()
        rows = [dict(row) for row in found]
    for row in rows:
        row["rules"] = [rule for rule in row["rules"].split(",") if rule]
    return rows


def get_findings(p: Principal, book: Casebook, case_no: str) -> list[Row]:
    """Return the findings with their sentences, numbers and the case of the other settlement, most money first."""
    f, other = t.case_finding, t.case_settlement.alias("other")
    seen = t.cases.alias("seen")
    with book.engine.connect() as con:
        fetch(p, con, case_no)
        linked = sa.select(f, seen.c.case_no.label("linked_case_no"), seen.c.treating_agency.label("linked_agency"),
                           seen.c.county.label("linked_county"), seen.c.state.label("linked_state")).outerjoin(
            other, sa.and_(other.c.setl_id == f.c.linked_setl_id, other.c.case_no != f.c.case_no)
        ).outerjoin(seen, seen.c.case_no == other.c.case_no)  # fmt: skip
        order = (sa.func.abs(f.c.counted).desc(), f.c.exposure.desc(), f.c.finding_id)
        rows = [dict(row) for row in con.execute(linked.where(f.c.case_no == case_no).order_by(*order)).mappings()]
    for row in rows:
        agency, county, state = row.pop("linked_agency"), row.pop("linked_county"), row.pop("linked_state")
        if row["linked_case_no"] and not domain.in_scope(p, Situation(state, agency, county=county)):
            row["linked_case_no"] = None
    return rows


def get_events(p: Principal, book: Casebook, case_no: str) -> list[Row]:
    """Return the trail of the case, newest first; ``detail`` is what the event recorded."""
    e = t.event.c
    with book.engine.connect() as con:
        fetch(p, con, case_no)
        query = sa.select(t.event).where(e.case_no == case_no).order_by(e.seq.desc())
        rows = [dict(row) for row in con.execute(query).mappings()]
    for row in rows:
        row["detail"] = json.loads(row["detail"]) if row["detail"] else None
    return rows


def related(p: Principal, book: Casebook, case_no: str, limit: int = 20) -> dict[str, list[Row]]:
    """Return cases linked by a finding, of the same person, and of the same institution and rule, within scope."""
    c = t.cases.c
    with book.engine.connect() as con:
        case = fetch(p, con, case_no)
        numbers = sa.union(*_links(case_no))

        def some(*where: sa.ColumnElement[bool], order: sa.ColumnElement[Any]) -> list[Row]:
            query = sa.select(*LISTED).where(*where, c.case_no != case_no, *scope(p)).order_by(order).limit(limit)
            return [present(p, book, row) for row in con.execute(query).mappings()]

        return {
            "linked": some(c.case_no.in_(sa.select(numbers.subquery().c[0])), order=c.admit.desc()),
            "person": some(c.person == case["person"], order=c.admit.desc()),
            "institution": some(
                c.fixmedins_code == case["fixmedins_code"],
                c.main_rule == case["main_rule"],
                order=c.night.desc(),
            ),
        }


def _links(case_no: str) -> list[sa.Select[tuple[str]]]:
    f, s = t.case_finding, t.case_settlement
    mine = sa.select(s.c.setl_id).where(s.c.case_no == case_no)
    return [
        sa.select(s.c.case_no).join(f, f.c.linked_setl_id == s.c.setl_id).where(f.c.case_no == case_no),
        sa.select(f.c.case_no).where(f.c.linked_setl_id.in_(mine)),
    ]


def get_dossier(p: Principal, book: Casebook, case_no: str) -> Row:
    """Return the sealed evidence: ``{"sha256", "sealed", "body"}``.

    ``body`` holds settlements, lines and recomputed as lists of rows (texts, money exact), steps by setl_id,
    findings, and rules with their texts and versions, all as they were when the case was sealed. Where the text
    no longer has the hash it was sealed with, ``sealed`` is false and ``body`` None: it proves nothing.
    """
    with book.engine.connect() as con:
        fetch(p, con, case_no)
        row = con.execute(sa.select(t.dossier).where(t.dossier.c.case_no == case_no)).mappings().one()
    try:
        text = zlib.decompress(row["body"])
    except zlib.error:
        text = b""
    if hashlib.sha256(text).hexdigest() != row["sha256"]:
        return {"sha256": row["sha256"], "sealed": False, "body": None}
    body = json.loads(text)
    for name in ("settlements", "lines", "recomputed"):
        table = body[name]
        body[name] = [dict(zip(table["columns"], values, strict=True)) for values in table["rows"]]
    return {"sha256": row["sha256"], "sealed": True, "body": body}


def log_view(p: Principal, book: Casebook, case_no: str, what: str = "case") -> None:
    """Record that the principal opened the case.

    :raises NotFound: if it does not exist or may not be known; then nothing is recorded.
    """
    with writing(book.engine) as con:
        fetch(p, con, case_no, informed=True)
        con.execute(
            t.view_log.insert().values(at=book.now(), login=p.login, case_no=case_no, what=what[:20], ip=p.ip or None)
        )
