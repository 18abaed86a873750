"""What agencies ask each other, and what other systems are told."""

from __future__ import annotations

import sqlalchemy as sa

from lianshen.cases.tables.base import FEN, UtcTime, metadata

# One agency asks another: a query to the insured region, an investigation entrusted to a treating region, or
# a person's objection. Each has its own clock, letter and answer.
inquiry = sa.Table(
    "inquiry",
    metadata,
    sa.Column("inquiry_no", sa.String(24), primary_key=True),
    sa.Column("kind", sa.String(12), nullable=False),  # query, entrusted, objection
    sa.Column("case_no", sa.String(24), index=True),
    sa.Column("setl_id", sa.String(64), index=True),
    sa.Column("person", sa.String(64)),  # pseudonym
    sa.Column("facts", sa.JSON, nullable=False, server_default="{}"),  # of the stay, as they stood when it was asked
    sa.Column("from_agency", sa.String(6), nullable=False),
    sa.Column("to_agency", sa.String(6), nullable=False),
    sa.Column("topic", sa.String(20), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),  # of lianshen.cases.inquiries
    sa.Column("outcome", sa.String(20)),
    sa.Column("answer", sa.Text),
    sa.Column("due_at", sa.Date, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("asked_by", sa.String(40), nullable=False),
    sa.Column("asked_at", UtcTime, nullable=False),
    sa.Column("accepted_by", sa.String(40)),
    sa.Column("accepted_at", UtcTime),
    sa.Column("answered_by", sa.String(40)),
    sa.Column("answered_at", UtcTime),
    sa.Column("recalculated", FEN),  # what the funds should have paid, of an objection
    sa.Column("escalation", sa.Integer, nullable=False, server_default="0"),  # 1 warned, 2 overdue
    sa.Column("closed_at", UtcTime),
    sa.Index("ix_inquiry_to", "to_agency", "state", "due_at"),
    sa.Index("ix_inquiry_from", "from_agency", "state"),
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("login", sa.String(60), primary_key=True),
    sa.Column("key", sa.String(100), primary_key=True),
    sa.Column("request_sha256", sa.String(64), nullable=False),  # of method, path and body
    sa.Column("status", sa.Integer),  # None while it is being worked on, 0 once it took effect, then the answer's
    sa.Column("headers", sa.Text),  # JSON
    sa.Column("response", sa.LargeBinary),
    sa.Column("at", UtcTime, nullable=False, index=True),
)

webhook = sa.Table(
    "webhook",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("agency", sa.String(6), nullable=False),
    sa.Column("url", sa.String(400), nullable=False),
    sa.Column("secret", sa.String(100), nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("created_by", sa.String(40), nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("paused_at", UtcTime),  # what is told since then waits
)

# Written in the transaction of the change it tells about: what was committed is told, nothing else is.
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("webhook_id", sa.Integer, sa.ForeignKey("webhook.id", ondelete="CASCADE"), nullable=False),
    sa.Column("event_seq", sa.BigInteger, nullable=False),
    sa.Column("case_no", sa.String(24)),
    sa.Column("body", sa.Text, nullable=False),  # JSON as it is sent
    sa.Column("key", sa.String(64), nullable=False, unique=True),  # the same on every attempt
    sa.Column("state", sa.String(10), nullable=False),  # waiting, delivered, dead
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", UtcTime, nullable=False),
    sa.Column("last_error", sa.String(400)),
    sa.Column("delivered_at", UtcTime),
    sa.Index("ix_outbox_due", "state", "next_at"),
)
