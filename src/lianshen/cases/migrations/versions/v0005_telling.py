"""Paused webhooks, systems that read of their insured, and indexes for the trail and for parts of numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TRAIL = {"ix_event_actor": ["actor", "seq"], "ix_event_action": ["action", "seq"]}
PREFIXED = ("case_no", "person")


def upgrade() -> None:
    op.add_column("webhook", sa.Column("paused_at", sa.DateTime(timezone=True)))
    op.add_column("api_token", sa.Column("sees_insured", sa.Boolean(), server_default=sa.false(), nullable=False))
    for name, columns in TRAIL.items():
        op.create_index(name, "event", columns, unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for column in PREFIXED:
            op.create_index(f"ix_cases_{column}_bytes", "cases", [column], postgresql_ops={column: "text_pattern_ops"})


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for column in PREFIXED:
            op.drop_index(f"ix_cases_{column}_bytes", table_name="cases")
    for name in TRAIL:
        op.drop_index(name, table_name="event")
    op.drop_column("api_token", "sees_insured")
    op.drop_column("webhook", "paused_at")
