"""Casework whole: states with their clocks, appeals, recoveries, files, inquiries, tokens, deliveries, notices."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)
COVERED = ["state", "treating_agency", "rules", "severity", "hosp_lv", "at_issue", "due_at", "decision", "determined",
           "night", "insu_pool", "exposure"]  # fmt: skip
# As for the trail: this stops mistakes; permissions and the chain are there for intent.
SQLITE_VIEWS = """
CREATE TRIGGER view_log_no_{verb} BEFORE {verb} ON view_log
BEGIN SELECT RAISE(ABORT, 'the log of views is append-only'); END
"""
POSTGRES_VIEWS = (
    """CREATE TRIGGER view_log_append_only BEFORE UPDATE OR DELETE ON view_log
    FOR EACH ROW EXECUTE FUNCTION event_append_only()""",
    """CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION event_append_only()""",
    """CREATE TRIGGER view_log_no_truncate BEFORE TRUNCATE ON view_log
    FOR EACH STATEMENT EXECUTE FUNCTION event_append_only()""",
)


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("agency", sa.String(length=6), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("expires_at", UTC, nullable=False),
        sa.Column("revoked_at", UTC, nullable=True),
        sa.Column("used_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("name", name=op.f("uq_api_token_name")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_table(
        "idempotency",
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.Text(), nullable=True),
        sa.Column("response", sa.LargeBinary(), nullable=True),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("login", "key", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_at"), "idempotency", ["at"], unique=False)
    op.create_table(
        "inquiry",
        sa.Column("inquiry_no", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=True),
        sa.Column("setl_id", sa.String(length=64), nullable=True),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("facts", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("from_agency", sa.String(length=6), nullable=False),
        sa.Column("to_agency", sa.String(length=6), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("due_at", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", UTC, nullable=False),
        sa.Column("accepted_by", sa.String(length=40), nullable=True),
        sa.Column("accepted_at", UTC, nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("answered_at", UTC, nullable=True),
        sa.Column("recalculated", sa.BigInteger(), nullable=True),
        sa.Column("escalation", sa.Integer(), server_default="0", nullable=False),
        sa.Column("closed_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("inquiry_no", name=op.f("pk_inquiry")),
    )
    op.create_index(op.f("ix_inquiry_case_no"), "inquiry", ["case_no"], unique=False)
    op.create_index(op.f("ix_inquiry_setl_id"), "inquiry", ["setl_id"], unique=False)
    op.create_index("ix_inquiry_from", "inquiry", ["from_agency", "state"], unique=False)
    op.create_index("ix_inquiry_to", "inquiry", ["to_agency", "state", "due_at"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("agency", sa.String(length=6), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=True),
        sa.Column("inquiry_no", sa.String(length=24), nullable=True),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("read_at", UTC, nullable=True),
        sa.Column("read_by", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_agency", "notice", ["agency", "read_at", "id"], unique=False)
    op.create_index("ix_notice_newest", "notice", ["agency", "id"], unique=False)
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("login", "name", name=op.f("uq_saved_view_login_name")),
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=6), nullable=False),
        sa.Column("url", sa.String(length=400), nullable=False),
        sa.Column("secret", sa.String(length=100), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_table(
        "appeal",
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("filed_by", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.Date(), nullable=False),
        sa.Column("determined_before", sa.BigInteger(), nullable=False),
        sa.Column("determined_after", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("decided_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["case_no"], ["cases.case_no"], name=op.f("fk_appeal_case_no"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_no", "round", name=op.f("pk_appeal")),
    )
    op.create_table(
        "archive_item",
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("keep_years", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_no"], ["cases.case_no"], name=op.f("fk_archive_item_case_no"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_no", "place", name=op.f("pk_archive_item")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=True),
        sa.Column("inquiry_no", sa.String(length=24), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("added_by", sa.String(length=40), nullable=False),
        sa.Column("added_at", UTC, nullable=False),
        sa.Column("removed_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["case_no"], ["cases.case_no"], name=op.f("fk_attachment_case_no"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_case_no"), "attachment", ["case_no"], unique=False)
    op.create_index(op.f("ix_attachment_inquiry_no"), "attachment", ["inquiry_no"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.BigInteger(), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", UTC, nullable=False),
        sa.Column("last_error", sa.String(length=400), nullable=True),
        sa.Column("delivered_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name=op.f("fk_outbox_webhook_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index("ix_outbox_due", "outbox", ["state", "next_at"], unique=False)
    op.create_table(
        "recovery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("voucher", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cycle", sa.String(length=7), nullable=True),
        sa.Column("text", sa.String(length=400), nullable=True),
        sa.Column("reverses", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(length=40), nullable=False),
        sa.Column("entered_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["case_no"], ["cases.case_no"], name=op.f("fk_recovery_case_no"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["reverses"], ["recovery.id"], name=op.f("fk_recovery_reverses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery")),
        sa.UniqueConstraint("reverses", name=op.f("uq_recovery_reverses")),
    )
    op.create_index(op.f("ix_recovery_case_no"), "recovery", ["case_no"], unique=False)
    op.create_index("ix_recovery_cycle", "recovery", ["cycle"], unique=False)
    op.add_column("cases", sa.Column("county", sa.String(length=6), server_default="", nullable=False))
    op.add_column("cases", sa.Column("recovered", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("cases", sa.Column("reply_by", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("paused_on", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("extension", sa.String(length=8), nullable=True))
    op.add_column("cases", sa.Column("appeal_round", sa.Integer(), server_default="0", nullable=False))
    op.add_column("cases", sa.Column("misroutes", sa.Integer(), server_default="0", nullable=False))
    op.add_column("cases", sa.Column("escalation", sa.Integer(), server_default="0", nullable=False))
    op.add_column("cases", sa.Column("archived_at", UTC, nullable=True))
    # Money that came back is counted in the same pass as everything else.
    op.drop_index("ix_cases_cover", table_name="cases")
    op.create_index("ix_cases_cover", "cases", [*COVERED, "recovered"], unique=False)
    op.create_index("ix_cases_county", "cases", ["county", "state"], unique=False)
    op.create_index("ix_cases_insured", "cases", ["insu_pool", "state"], unique=False)
    rank: list[sa.ColumnElement[Any]] = [
        sa.literal_column(f"{name} DESC") for name in ("severity", "at_issue", "case_no")
    ]
    op.create_index("ix_cases_agency_rank", "cases", ["treating_agency", *rank], unique=False)
    op.create_index("ix_cases_insured_rank", "cases", ["insu_pool", *rank], unique=False)
    op.add_column("users", sa.Column("sees_insured", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("users", sa.Column("subject", sa.String(length=200), nullable=True))
    op.add_column("users", sa.Column("password_set_at", UTC, nullable=True))
    # Passwords that are there already age from the day their account was made.
    op.execute("UPDATE users SET password_set_at = created_at")
    op.create_index("ix_users_subject", "users", ["subject"], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        for trigger in POSTGRES_VIEWS:
            op.execute(trigger)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_VIEWS.format(verb=verb))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER IF EXISTS view_log_no_truncate ON view_log")
        op.execute("DROP TRIGGER IF EXISTS event_no_truncate ON event")
        op.execute("DROP TRIGGER IF EXISTS view_log_append_only ON view_log")
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"DROP TRIGGER IF EXISTS view_log_no_{verb}")
    op.drop_index("ix_users_subject", table_name="users")
    op.drop_column("users", "password_set_at")
    op.drop_column("users", "subject")
    op.drop_column("users", "sees_insured")
    op.drop_index("ix_cases_insured_rank", table_name="cases")
    op.drop_index("ix_cases_agency_rank", table_name="cases")
    op.drop_index("ix_cases_insured", table_name="cases")
    op.drop_index("ix_cases_county", table_name="cases")
    op.drop_index("ix_cases_cover", table_name="cases")
    op.create_index("ix_cases_cover", "cases", COVERED, unique=False)
    op.drop_column("cases", "archived_at")
    op.drop_column("cases", "escalation")
    op.drop_column("cases", "misroutes")
    op.drop_column("cases", "appeal_round")
    op.drop_column("cases", "extension")
    op.drop_column("cases", "paused_on")
    op.drop_column("cases", "reply_by")
    op.drop_column("cases", "recovered")
    op.drop_column("cases", "county")
    op.drop_index("ix_recovery_cycle", table_name="recovery")
    op.drop_index(op.f("ix_recovery_case_no"), table_name="recovery")
    op.drop_table("recovery")
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_attachment_inquiry_no"), table_name="attachment")
    op.drop_index(op.f("ix_attachment_case_no"), table_name="attachment")
    op.drop_table("attachment")
    op.drop_table("archive_item")
    op.drop_table("appeal")
    op.drop_table("webhook")
    op.drop_table("saved_view")
    op.drop_index("ix_notice_newest", table_name="notice")
    op.drop_index("ix_notice_agency", table_name="notice")
    op.drop_table("notice")
    op.drop_index("ix_inquiry_to", table_name="inquiry")
    op.drop_index("ix_inquiry_from", table_name="inquiry")
    op.drop_index(op.f("ix_inquiry_case_no"), table_name="inquiry")
    op.drop_table("inquiry")
    op.drop_index(op.f("ix_idempotency_at"), table_name="idempotency")
    op.drop_table("idempotency")
    op.drop_table("api_token")
