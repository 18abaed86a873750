"""One's own sessions: where one is signed in, and ending the others."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.events import Event, append
from lianshen.cases.services.scope import Row
from lianshen.cases.services.sessions import token_digest
from lianshen.cases.store import Casebook, writing


def list_own_sessions(p: Principal, book: Casebook, token: str) -> list[Row]:
    """Return one's sessions that still open, the latest first: created_at, seen_at, ip, and whether it is this one."""
    now, s = book.now(), t.sessions.c
    query = (
        sa.select(s.token_hash, s.created_at, s.seen_at, s.ip)
        .where(
            s.user_id == p.user_id,
            s.created_at > now - timedelta(hours=book.terms.session_hours),
            s.seen_at > now - timedelta(minutes=book.terms.idle_minutes),
        )
        .order_by(s.created_at.desc())
    )
    with book.engine.connect() as con:
        rows = [dict(row) for row in con.execute(query).mappings()]
    here = token_digest(token)
    return [{**row, "is_here": row.pop("token_hash") == here} for row in rows]


def end_other_sessions(p: Principal, book: Casebook, token: str) -> int:
    """End one's sessions other than the one of ``token``; return how many."""
    s = t.sessions.c
    with writing(book.engine) as con:
        others = t.sessions.delete().where(s.user_id == p.user_id, s.token_hash != token_digest(token))
        number = con.execute(others).rowcount
        if number:
            append(con, book.now(), [Event("sessions_ended", p.login, p.name, detail={"sessions": number}, ip=p.ip)])
    return number
