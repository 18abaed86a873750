"""What a case is worth an hour, tonight's lists, and the samples that say what the lists overlook."""

from __future__ import annotations

import sqlalchemy as sa

from lianshen.cases.tables.base import FEN, UtcTime, case_no, metadata

case_rank = sa.Table(
    "case_rank",
    metadata,
    case_no(primary_key=True),
    sa.Column("desk", sa.String(6), nullable=False),  # agency whose people do the next step; 510000 the centre
    sa.Column("kind", sa.String(10), nullable=False),  # billing, records, network or model: how long it takes
    sa.Column("minutes", sa.Integer, nullable=False),  # until it is decided, at every desk that is still to come
    sa.Column("here", sa.Integer, nullable=False),  # of these, at the desk where it lies
    sa.Column("chance", sa.Float, nullable=False),  # that it is upheld, before an average agency
    sa.Column("kept", sa.Float, nullable=False),  # share of the amount that is determined where it is upheld
    sa.Column("expected", FEN, nullable=False),  # chance x kept x fund at issue
    sa.Column("low", FEN, nullable=False),
    sa.Column("high", FEN, nullable=False),
    sa.Column("worth", FEN, nullable=False),  # expected, and what estimates of models count for in the order only
    sa.Column("place", sa.Integer, nullable=False),  # at its desk, 1 first; 0 where nothing is to be done now
    sa.Column("chosen", sa.String(8)),  # due, oldest, strange or best; None: it waits
    sa.Column("waiting_since", sa.Date, nullable=False),
    sa.Column("basis", sa.JSON, nullable=False),
    sa.Column("ranked_on", sa.Date, nullable=False),
    sa.Index("ix_case_rank_desk", "desk", "place"),
)

rank_night = sa.Table(
    "rank_night",
    metadata,
    sa.Column("night", sa.String(40), primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("settings_sha256", sa.String(64), nullable=False),
    sa.Column("decisions", sa.Integer, nullable=False),
    sa.Column("model", sa.JSON, nullable=False),  # how the probabilities came about, calibration, leniency
    sa.Column("desks", sa.JSON, nullable=False),  # minutes there are, used and reserved; cases chosen and waiting
)

sample_draw = sa.Table(
    "sample_draw",
    metadata,
    sa.Column("package", sa.String(40), primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("share", sa.Float, nullable=False),
)

sample_stratum = sa.Table(
    "sample_stratum",
    metadata,
    sa.Column("package", sa.String(40), sa.ForeignKey("sample_draw.package", ondelete="CASCADE"), primary_key=True),
    sa.Column("stratum", sa.String(40), primary_key=True),  # agency|level|care
    sa.Column("clear", sa.Integer, nullable=False),  # settlements without a finding
    sa.Column("found", sa.Integer, nullable=False),  # settlements with one
    sa.Column("drawn", sa.Integer, nullable=False),
)

review_task = sa.Table(
    "review_task",
    metadata,
    sa.Column("task_no", sa.String(24), primary_key=True),  # says nothing of its kind
    sa.Column("kind", sa.String(10), nullable=False),  # control or second
    sa.Column("package", sa.String(40)),  # of a control sample
    sa.Column("stratum", sa.String(40), nullable=False),
    # No foreign key: the answer outlives a case whose findings vanished.
    sa.Column("case_no", sa.String(24), index=True),  # of a second look
    sa.Column("agency", sa.String(6), nullable=False),
    sa.Column("setl_id", sa.String(64), nullable=False),
    sa.Column("barred", sa.String(400), nullable=False),  # ',login,login,': who decided before
    sa.Column("drawn_on", sa.Date, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),  # of the uncompressed text
    sa.Column("body", sa.LargeBinary, nullable=False),  # zlib: settlements and lines
    sa.Column("answered_by", sa.String(40)),
    sa.Column("answered_at", UtcTime),
    sa.Column("holds", sa.Boolean),
    sa.Column("amount", FEN),
    sa.Column("text", sa.Text),
    sa.Index("ix_review_task_open", "answered_at", "drawn_on"),
)
