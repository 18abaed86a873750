"""Is the casebook sound: its migration, its trail, its references, and sums that have to agree."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from lianshen.cases import tables as t
from lianshen.cases.events import verify_events
from lianshen.cases.keeping.whole import count, tables_of
from lianshen.cases.migrating import is_newest, revision_of

SETTLED = ("closed", "archived")
"""States in which nothing is being determined anew."""
SHOWN = 5
"""How many of the rows that do not agree are named."""


@dataclass(frozen=True)
class Check:
    """One question, and what is wrong; nothing is wrong where ``wrong`` is empty."""

    name: str
    said: str
    wrong: str = ""


def check_casebook(engine: Engine) -> list[Check]:
    """Return the answers to every question about the casebook; nothing is changed."""
    if not is_newest(engine):
        return [
            Check("migration", str(revision_of(engine)), "not the newest: open it once with this version, or upgrade")
        ]
    checks = [Check("migration", str(revision_of(engine)))]
    with engine.connect() as con, con.begin():
        tables = tables_of(con)
        rows = {whole.name: count(con, whole) for whole in tables}
        checks.append(Check("rows", f"{sum(rows.values())} in {len(rows)} tables, {rows['cases']} cases"))
        checks.append(_database(con))
        checks += [_ledger(con), _decisions(con), _lines(con), _dossiers(con), _attachments(con)]
        head = con.scalar(sa.select(t.event_head.c.seq)) or 0
    broken = verify_events(engine)
    checks.append(
        Check(
            "trail", f"{head} events", f"event {broken.seq} ({broken.case_no or '-'}): {broken.why}" if broken else ""
        )
    )
    return checks


def _told(name: str, said: str, rows: list[str]) -> Check:
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return Check(name, said, f"{', '.join(rows[:SHOWN])}{more}" if rows else "")


def _database(con: Connection) -> Check:
    """Ask the database about itself: SQLite does not verify a file, nor old references, by itself."""
    if con.dialect.name != "sqlite":
        return Check("database", "PostgreSQL keeps references itself")
    found = [str(row[0]) for row in con.exec_driver_sql("PRAGMA quick_check") if row[0] != "ok"]
    found += [f"{row[0]} row {row[1]} refers to no {row[2]}" for row in con.exec_driver_sql("PRAGMA foreign_key_check")]
    return _told("database", "pages and references", found)


def _ledger(con: Connection) -> Check:
    c, r = t.cases.c, t.recovery.c
    booked = sa.select(r.case_no, sa.func.sum(r.amount).label("sum")).group_by(r.case_no).subquery()
    query = (
        sa.select(c.case_no)
        .outerjoin(booked, booked.c.case_no == c.case_no)
        .where(c.recovered != sa.func.coalesce(booked.c.sum, 0))
    )
    return _told("ledger", "recovered is the sum of its entries", list(con.scalars(query)))


def _decisions(con: Connection) -> Check:
    c = t.cases.c
    query = sa.select(c.case_no).where(c.state.in_(SETTLED), sa.or_(c.decision.is_(None), c.determined.is_(None)))
    return _told("decisions", "a closed case has one", list(con.scalars(query)))


def _lines(con: Connection) -> Check:
    c, line = t.cases.c, t.case_line.c
    found = sa.select(line.case_no, sa.func.sum(line.determined).label("sum")).group_by(line.case_no).subquery()
    query = (
        sa.select(c.case_no)
        .join(found, found.c.case_no == c.case_no)
        .where(c.state.in_(SETTLED), c.determined != sa.func.coalesce(found.c.sum, 0))
    )
    return _told("determinations", "a decision is the sum of its lines", list(con.scalars(query)))


def _dossiers(con: Connection) -> Check:
    d, c = t.dossier.c, t.cases.c
    found = list(
        con.scalars(sa.select(c.case_no).outerjoin(t.dossier, d.case_no == c.case_no).where(d.sha256.is_(None)))
    )
    for case_no, sha256, body in con.execute(
        sa.select(d.case_no, d.sha256, d.body), execution_options={"yield_per": 200}
    ):
        try:
            text = zlib.decompress(body)
        except zlib.error:
            text = b""
        if hashlib.sha256(text).hexdigest() != sha256:
            found.append(case_no)
    return _told("evidence", "every case has its dossier, which is what was sealed", found)


def _attachments(con: Connection) -> Check:
    a = t.attachment.c
    files = con.execute(sa.select(a.id, a.sha256, a.body), execution_options={"yield_per": 20})
    found = [f"attachment {number}" for number, sha256, body in files if hashlib.sha256(body).hexdigest() != sha256]
    return _told("attachments", "every file is what was uploaded", found)
