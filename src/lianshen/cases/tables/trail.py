"""The trail of everything that happened, and the log of everything that was looked at."""

from __future__ import annotations

import sqlalchemy as sa

from lianshen.cases.tables.base import UtcTime, metadata

event_head = sa.Table(
    "event_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

# No foreign key to the case: the trail outlives a case whose findings vanished.
event = sa.Table(
    "event",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("case_no", sa.String(24)),
    sa.Column("actor", sa.String(40), nullable=False),
    sa.Column("actor_name", sa.String(80), nullable=False),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("before", sa.String(20)),
    sa.Column("after", sa.String(20)),
    sa.Column("reason", sa.Text),
    sa.Column("detail", sa.Text),  # canonical JSON, hashed as it stands
    sa.Column("ip", sa.String(45)),
    sa.Column("prev_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Index("ix_event_case", "case_no", "seq"),
    sa.Index("ix_event_actor", "actor", "seq"),
    sa.Index("ix_event_action", "action", "seq"),
)

view_log = sa.Table(
    "view_log",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False, index=True),
    sa.Column("login", sa.String(40), nullable=False),
    sa.Column("case_no", sa.String(24), nullable=False, index=True),
    sa.Column("what", sa.String(20), nullable=False),
    sa.Column("ip", sa.String(45)),
)
