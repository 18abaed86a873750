"""What follows on a decision: appeals, money coming back, files, letters and the archive."""

from __future__ import annotations

import sqlalchemy as sa

from lianshen.cases.tables.base import FEN, UtcTime, case_no, metadata

appeal = sa.Table(
    "appeal",
    metadata,
    case_no(primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("filed_on", sa.Date, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("filed_by", sa.String(40), nullable=False),  # login of who took it in
    sa.Column("due_at", sa.Date, nullable=False),
    sa.Column("determined_before", FEN, nullable=False),
    sa.Column("determined_after", FEN),
    sa.Column("outcome", sa.String(12)),  # derived: upheld, partly, dismissed
    sa.Column("decided_at", UtcTime),
)

# Nothing is changed or taken out: an entry that was wrong is followed by its negative.
recovery = sa.Table(
    "recovery",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    case_no(nullable=False, index=True),
    sa.Column("amount", FEN, nullable=False),
    sa.Column("way", sa.String(12), nullable=False),
    sa.Column("voucher", sa.String(60), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("cycle", sa.String(7)),  # YYYY-MM of the clearing that carries it
    sa.Column("text", sa.String(400)),
    sa.Column("reverses", sa.Integer, sa.ForeignKey("recovery.id"), unique=True),
    sa.Column("entered_by", sa.String(40), nullable=False),
    sa.Column("entered_at", UtcTime, nullable=False),
    sa.Index("ix_recovery_cycle", "cycle"),
)

attachment = sa.Table(
    "attachment",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    case_no(index=True),
    sa.Column("inquiry_no", sa.String(24), index=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),  # by the first bytes, not by the name
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("added_by", sa.String(40), nullable=False),
    sa.Column("added_at", UtcTime, nullable=False),
    sa.Column("removed_at", UtcTime),  # hidden, never gone
)

archive_item = sa.Table(
    "archive_item",
    metadata,
    case_no(primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("keep_years", sa.Integer, nullable=False),
)
