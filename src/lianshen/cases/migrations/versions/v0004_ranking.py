"""Ranking: what an hour of work on a case brings back, tonight's lists, blind samples and second looks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)
RANKS = {
    "ix_cases_rank": [],
    "ix_cases_state_rank": ["state"],
    "ix_cases_agency_rank": ["treating_agency"],
    "ix_cases_insured_rank": ["insu_pool"],
}
OLD_ORDER = ("severity", "at_issue", "case_no")
ORDER = ("per_hour", *OLD_ORDER)


def _order_by(names: tuple[str, ...]) -> None:
    """Let the indexes of the queue's order follow it."""
    order: list[sa.ColumnElement[Any]] = [sa.literal_column(f"{name} DESC") for name in names]
    for name, before in RANKS.items():
        op.drop_index(name, table_name="cases")
        op.create_index(name, "cases", [*before, *order], unique=False)


def upgrade() -> None:
    op.add_column("cases", sa.Column("per_hour", sa.BigInteger(), server_default="0", nullable=False))
    _order_by(ORDER)
    op.create_table(
        "case_rank",
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("desk", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("here", sa.Integer(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("kept", sa.Float(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.Column("worth", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.String(length=8), nullable=True),
        sa.Column("waiting_since", sa.Date(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("ranked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_no"], ["cases.case_no"], name=op.f("fk_case_rank_case_no"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_case_rank")),
    )
    op.create_index("ix_case_rank_desk", "case_rank", ["desk", "place"], unique=False)
    op.create_table(
        "rank_night",
        sa.Column("night", sa.String(length=40), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("settings_sha256", sa.String(length=64), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("model", sa.JSON(), nullable=False),
        sa.Column("desks", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("night", name=op.f("pk_rank_night")),
    )
    op.create_table(
        "sample_draw",
        sa.Column("package", sa.String(length=40), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("package", name=op.f("pk_sample_draw")),
    )
    op.create_table(
        "sample_stratum",
        sa.Column("package", sa.String(length=40), nullable=False),
        sa.Column("stratum", sa.String(length=40), nullable=False),
        sa.Column("clear", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["package"], ["sample_draw.package"], name=op.f("fk_sample_stratum_package"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("package", "stratum", name=op.f("pk_sample_stratum")),
    )
    op.create_table(
        "review_task",
        sa.Column("task_no", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("package", sa.String(length=40), nullable=True),
        sa.Column("stratum", sa.String(length=40), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=True),
        sa.Column("agency", sa.String(length=6), nullable=False),
        sa.Column("setl_id", sa.String(length=64), nullable=False),
        sa.Column("barred", sa.String(length=400), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("answered_at", UTC, nullable=True),
        sa.Column("holds", sa.Boolean(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("task_no", name=op.f("pk_review_task")),
    )
    op.create_index(op.f("ix_review_task_case_no"), "review_task", ["case_no"], unique=False)
    op.create_index("ix_review_task_open", "review_task", ["answered_at", "drawn_on"], unique=False)


def downgrade() -> None:
    for name in ("review_task", "sample_stratum", "sample_draw", "rank_night", "case_rank"):
        op.drop_table(name)
    _order_by(OLD_ORDER)
    op.drop_column("cases", "per_hour")
