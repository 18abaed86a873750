"""Accounts, sessions, tokens of agencies' systems, and what people keep for themselves."""

from __future__ import annotations

import sqlalchemy as sa

from lianshen.cases.tables.base import UtcTime, metadata

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("login", sa.String(40), nullable=False, unique=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("agency", sa.String(6)),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("failed_at", UtcTime),
    sa.Column("locked_until", UtcTime),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("sees_insured", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("subject", sa.String(200)),  # issuer and subject of single sign-on
    sa.Column("password_set_at", UtcTime),
)

sa.Index("ix_users_subject", users.c.subject, unique=True)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("seen_at", UtcTime, nullable=False),
    sa.Column("ip", sa.String(45)),
)

note = sa.Table(
    "note",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),  # 'kind': demo
    sa.Column("value", sa.String(400), nullable=False),
)

saved_view = sa.Table(
    "saved_view",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("login", sa.String(40), nullable=False),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("query", sa.String(1000), nullable=False),  # as in the address of the queue
    sa.Column("is_default", sa.Boolean, nullable=False),
    sa.UniqueConstraint("login", "name"),
)

api_token = sa.Table(
    "api_token",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(40), nullable=False, unique=True),  # the login in the trail is api:NAME
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("agency", sa.String(6), nullable=False),
    sa.Column("created_by", sa.String(40), nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("revoked_at", UtcTime),
    sa.Column("used_at", UtcTime),
    sa.Column("sees_insured", sa.Boolean, nullable=False, server_default=sa.false()),
)

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("agency", sa.String(6), nullable=False),  # whom it is for; the centre has a code too
    sa.Column("login", sa.String(40)),  # or one person there
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("case_no", sa.String(24)),
    sa.Column("inquiry_no", sa.String(24)),
    sa.Column("text", sa.String(400), nullable=False),
    sa.Column("read_at", UtcTime),
    sa.Column("read_by", sa.String(40)),
    sa.Index("ix_notice_agency", "agency", "read_at", "id"),
    sa.Index("ix_notice_newest", "agency", "id"),
    sqlite_autoincrement=True,  # a number is never given twice: people mark read up to the one they saw
)
