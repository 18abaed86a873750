"""The casebook as it began: cases and their evidence, the chained trail, accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)

# Whoever can write the tables can drop a trigger too; it stops mistakes, the hash chain shows intent.
SQLITE_APPEND_ONLY = """
CREATE TRIGGER event_no_{verb} BEFORE {verb} ON event
BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END
"""
POSTGRES_APPEND_ONLY = """
CREATE FUNCTION event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event
FOR EACH ROW EXECUTE FUNCTION event_append_only();
"""


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("case_key", sa.String(length=64), nullable=False),
        sa.Column("first_setl_id", sa.String(length=64), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("treating_agency", sa.String(length=6), nullable=False),
        sa.Column("fixmedins_code", sa.String(length=30), nullable=False),
        sa.Column("fixmedins_name", sa.String(length=200), nullable=False),
        sa.Column("hosp_lv", sa.String(length=6), nullable=False),
        sa.Column("insu_admdvs", sa.String(length=6), nullable=False),
        sa.Column("insu_pool", sa.String(length=4), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("gend", sa.String(length=2), nullable=True),
        sa.Column("age_years", sa.Integer(), nullable=True),
        sa.Column("care", sa.String(length=8), nullable=False),
        sa.Column("diag_code", sa.String(length=30), nullable=True),
        sa.Column("diag_name", sa.String(length=200), nullable=True),
        sa.Column("admit", sa.Date(), nullable=False),
        sa.Column("discharge", sa.Date(), nullable=False),
        sa.Column("settlements", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("total_fee", sa.BigInteger(), nullable=False),
        sa.Column("fund_fee", sa.BigInteger(), nullable=False),
        sa.Column("at_issue", sa.BigInteger(), nullable=False),
        sa.Column("exposure", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("certainty", sa.String(length=12), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("main_rule", sa.String(length=16), nullable=False),
        sa.Column("rules", sa.String(length=400), nullable=False),
        sa.Column("title_zh", sa.String(length=400), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("assignee", sa.String(length=40), nullable=True),
        sa.Column("accept_by", sa.Date(), nullable=True),
        sa.Column("due_at", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=True),
        sa.Column("determined", sa.BigInteger(), nullable=True),
        sa.Column("worth_checking", sa.Boolean(), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.Column("changed_sha256", sa.String(length=64), nullable=True),
        sa.Column("moved_by", sa.String(length=40), nullable=True),
        sa.Column("moved_action", sa.String(length=20), nullable=True),
        sa.Column("moved_at", UTC, nullable=True),
        sa.Column("released_at", UTC, nullable=True),
        sa.Column("submitted_at", UTC, nullable=True),
        sa.Column("closed_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_cases")),
        sa.UniqueConstraint("case_key", name=op.f("uq_cases_case_key")),
    )
    op.create_index("ix_cases_agency_state", "cases", ["treating_agency", "state", "at_issue"], unique=False)
    op.create_index("ix_cases_assignee", "cases", ["assignee", "state"], unique=False)
    op.create_index(
        "ix_cases_cover",
        "cases",
        [
            "state",
            "treating_agency",
            "rules",
            "severity",
            "hosp_lv",
            "at_issue",
            "due_at",
            "decision",
            "determined",
            "night",
            "insu_pool",
            "exposure",
        ],
        unique=False,
    )
    op.create_index("ix_cases_institution", "cases", ["fixmedins_code", "state"], unique=False)
    op.create_index("ix_cases_night", "cases", ["night"], unique=False)
    op.create_index("ix_cases_person", "cases", ["person", "admit"], unique=False)
    op.create_index(
        "ix_cases_rank",
        "cases",
        [sa.literal_column("severity DESC"), sa.literal_column("at_issue DESC"), sa.literal_column("case_no DESC")],
        unique=False,
    )
    op.create_index("ix_cases_state_due", "cases", ["state", "due_at"], unique=False)
    op.create_index(
        "ix_cases_state_rank",
        "cases",
        [
            "state",
            sa.literal_column("severity DESC"),
            sa.literal_column("at_issue DESC"),
            sa.literal_column("case_no DESC"),
        ],
        unique=False,
    )
    op.create_table(
        "event",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=True),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(length=20), nullable=True),
        sa.Column("after", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("ip", sa.String(length=45), nullable=True),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_event_hash")),
    )
    op.create_index("ix_event_case", "event", ["case_no", "seq"], unique=False)
    op.create_table(
        "event_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_head")),
    )
    op.create_table(
        "note",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_note")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("agency", sa.String(length=6), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", UTC, nullable=True),
        sa.Column("locked_until", UTC, nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
    )
    op.create_table(
        "view_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view_log")),
    )
    op.create_index(op.f("ix_view_log_at"), "view_log", ["at"], unique=False)
    op.create_index(op.f("ix_view_log_case_no"), "view_log", ["case_no"], unique=False)
    op.create_table(
        "case_finding",
        sa.Column("finding_id", sa.String(length=64), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("rule_id", sa.String(length=16), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("title_zh", sa.String(length=400), nullable=False),
        sa.Column("sentence_zh", sa.Text(), nullable=False),
        sa.Column("certainty", sa.String(length=12), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("setl_id", sa.String(length=64), nullable=False),
        sa.Column("linked_setl_id", sa.String(length=64), nullable=True),
        sa.Column("subject_date", sa.Date(), nullable=False),
        sa.Column("a0", sa.BigInteger(), nullable=False),
        sa.Column("a1", sa.BigInteger(), nullable=False),
        sa.Column("a2", sa.BigInteger(), nullable=True),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("exposure", sa.BigInteger(), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("because", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_no"], ["cases.case_no"], name=op.f("fk_case_finding_case_no"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_case_finding")),
    )
    op.create_index(op.f("ix_case_finding_case_no"), "case_finding", ["case_no"], unique=False)
    op.create_index(op.f("ix_case_finding_linked_setl_id"), "case_finding", ["linked_setl_id"], unique=False)
    op.create_table(
        "case_line",
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("bkkp_sn", sa.String(length=64), nullable=False),
        sa.Column("setl_id", sa.String(length=64), nullable=False),
        sa.Column("rules", sa.String(length=400), nullable=False),
        sa.Column("is_fee_line", sa.Boolean(), nullable=False),
        sa.Column("fee_date", sa.Date(), nullable=True),
        sa.Column("hilist_code", sa.String(length=64), nullable=True),
        sa.Column("item_name", sa.String(length=400), nullable=False),
        sa.Column("med_chrgitm_type", sa.String(length=6), nullable=True),
        sa.Column("cnt", sa.String(length=24), nullable=True),
        sa.Column("pric", sa.String(length=24), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("inscp", sa.BigInteger(), nullable=False),
        sa.Column("at_issue", sa.BigInteger(), nullable=False),
        sa.Column("at_most", sa.BigInteger(), nullable=False),
        sa.Column("determined", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("reason_text", sa.String(length=400), nullable=True),
        sa.Column("determined_by", sa.String(length=40), nullable=True),
        sa.Column("determined_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["case_no"], ["cases.case_no"], name=op.f("fk_case_line_case_no"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_no", "bkkp_sn", name=op.f("pk_case_line")),
    )
    op.create_table(
        "case_settlement",
        sa.Column("setl_id", sa.String(length=64), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_no"], ["cases.case_no"], name=op.f("fk_case_settlement_case_no"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("setl_id", name=op.f("pk_case_settlement")),
    )
    op.create_index(op.f("ix_case_settlement_case_no"), "case_settlement", ["case_no"], unique=False)
    op.create_table(
        "dossier",
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_no"], ["cases.case_no"], name=op.f("fk_dossier_case_no"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_dossier")),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("seen_at", UTC, nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.execute("INSERT INTO event_head (id, seq, hash) VALUES (1, 0, '')")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRES_APPEND_ONLY)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_APPEND_ONLY.format(verb=verb))


def downgrade() -> None:
    op.drop_table("sessions")
    op.drop_table("dossier")
    op.drop_table("case_settlement")
    op.drop_table("case_line")
    op.drop_table("case_finding")
    op.drop_table("view_log")
    op.drop_table("users")
    op.drop_table("note")
    op.drop_table("event_head")
    op.drop_table("event")
    op.drop_table("cases")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION event_append_only")
