"""Findings keep the Chinese labels of their facts, as their rule had them on the night of the case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_finding", sa.Column("labels", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("case_finding", "labels")
