"""How much there is to do, for whoever watches the server: counts over the whole casebook, of nobody and nothing alone.

No principal: nothing here reaches a page, and no number is small enough to tell of a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.domain import ON_THE_CLOCK, STATES
from lianshen.cases.store import Casebook

DELIVERIES = ("waiting", "delivered", "dead")


@dataclass(frozen=True)
class Workload:
    """Counts by state, and alone."""

    cases: dict[str, int]
    outbox: dict[str, int]
    overdue: int
    sessions: int
    locked: int
    events: int


def workload(book: Casebook) -> Workload:
    """Return the counts of now; a state without cases counts nought."""
    now = book.now()
    c, o, s = t.cases.c, t.outbox.c, t.sessions.c
    by_state = sa.select(c.state, sa.func.count()).group_by(c.state)
    late = sa.select(sa.func.count()).where(c.state.in_(ON_THE_CLOCK), c.due_at < book.today)
    deliveries = sa.select(o.state, sa.func.count()).group_by(o.state)
    live = sa.select(sa.func.count()).where(
        s.seen_at > now - timedelta(minutes=book.terms.idle_minutes),
        s.created_at > now - timedelta(hours=book.terms.session_hours),
    )
    locked = sa.select(sa.func.count()).where(t.users.c.locked_until > now)
    with book.engine.connect() as con:
        return Workload(
            dict.fromkeys(STATES, 0) | dict(con.execute(by_state).tuples().all()),
            dict.fromkeys(DELIVERIES, 0) | dict(con.execute(deliveries).tuples().all()),
            con.scalar(late) or 0,
            con.scalar(live) or 0,
            con.scalar(locked) or 0,
            con.scalar(sa.select(t.event_head.c.seq)) or 0,
        )
