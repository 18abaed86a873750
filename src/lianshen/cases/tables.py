"""The tables of the casebook. Only the services and the assembly see them.

Money is integer fen. Times are UTC; SQLite has no zone, so they are stored without one there and
come back with one. Dates are days in Shanghai. The migrations create these tables; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """A moment: aware on the way in, aware and in UTC on the way out, on every database."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Use the zoned type where the database has one."""
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without zone: which moment it means would depend on the machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone; pass an aware datetime")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


FEN = sa.BigInteger
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _case_no(**options: Any) -> sa.Column[str]:
    return sa.Column("case_no", sa.String(24), sa.ForeignKey("cases.case_no", ondelete="CASCADE"), **options)


cases = sa.Table(
    "cases",
    metadata,
    sa.Column("case_no", sa.String(24), primary_key=True),
    sa.Column("case_key", sa.String(64), nullable=False, unique=True),  # hash of institution and first settlement
    sa.Column("first_setl_id", sa.String(64), nullable=False),  # smallest setl_id of the episode
    sa.Column("night", sa.Date, nullable=False),  # business date of the newest settlement
    sa.Column("treating_agency", sa.String(6), nullable=False),
    sa.Column("fixmedins_code", sa.String(30), nullable=False),
    sa.Column("fixmedins_name", sa.String(200), nullable=False),
    sa.Column("hosp_lv", sa.String(6), nullable=False),
    sa.Column("insu_admdvs", sa.String(6), nullable=False),  # of the first settlement
    sa.Column("insu_pool", sa.String(4), nullable=False),
    sa.Column("scope", sa.String(12), nullable=False),
    sa.Column("person", sa.String(64), nullable=False),  # pseudonym of the warehouse
    sa.Column("gend", sa.String(2)),
    sa.Column("age_years", sa.Integer),
    sa.Column("care", sa.String(8), nullable=False),
    sa.Column("diag_code", sa.String(30)),
    sa.Column("diag_name", sa.String(200)),
    sa.Column("admit", sa.Date, nullable=False),
    sa.Column("discharge", sa.Date, nullable=False),
    sa.Column("settlements", sa.Integer, nullable=False),
    sa.Column("findings", sa.Integer, nullable=False),
    sa.Column("total_fee", FEN, nullable=False),
    sa.Column("fund_fee", FEN, nullable=False),
    sa.Column("at_issue", FEN, nullable=False),  # sum of counted_a2: each yuan once
    sa.Column("exposure", FEN, nullable=False),  # estimated, never added to at_issue
    sa.Column("gross", FEN, nullable=False),  # sum of a0 over the findings
    sa.Column("severity", sa.Integer, nullable=False),
    sa.Column("certainty", sa.String(12), nullable=False),
    sa.Column("is_provisional", sa.Boolean, nullable=False),
    sa.Column("main_rule", sa.String(16), nullable=False),
    sa.Column("rules", sa.String(400), nullable=False),  # ',AD-01,PL-04,': every rule of the case
    sa.Column("title_zh", sa.String(400), nullable=False),
    sa.Column("score", sa.Float),
    sa.Column("evidence_sha256", sa.String(64), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("assignee", sa.String(40)),  # login
    sa.Column("accept_by", sa.Date),
    sa.Column("due_at", sa.Date),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("decision", sa.String(12)),
    sa.Column("determined", FEN),
    sa.Column("worth_checking", sa.Boolean),  # did this suspicion deserve the work, as the handler says
    sa.Column("conclusion", sa.Text),
    sa.Column("changed_sha256", sa.String(64)),  # evidence as it is now, where it left the sealed one
    sa.Column("moved_by", sa.String(40)),  # login of the last transition
    sa.Column("moved_action", sa.String(20)),
    sa.Column("moved_at", UtcTime),
    sa.Column("released_at", UtcTime),
    sa.Column("submitted_at", UtcTime),
    sa.Column("closed_at", UtcTime),
)
sa.Index("ix_cases_rank", cases.c.severity.desc(), cases.c.at_issue.desc(), cases.c.case_no.desc())
sa.Index("ix_cases_state_rank", cases.c.state, cases.c.severity.desc(), cases.c.at_issue.desc(), cases.c.case_no.desc())
sa.Index("ix_cases_agency_state", cases.c.treating_agency, cases.c.state, cases.c.at_issue)
sa.Index("ix_cases_state_due", cases.c.state, cases.c.due_at)
sa.Index("ix_cases_person", cases.c.person, cases.c.admit)
sa.Index("ix_cases_institution", cases.c.fixmedins_code, cases.c.state)
sa.Index("ix_cases_night", cases.c.night)
sa.Index("ix_cases_assignee", cases.c.assignee, cases.c.state)
# One covering pass gives every facet and every statistic.
sa.Index(
    "ix_cases_cover",
    cases.c.state, cases.c.treating_agency, cases.c.rules, cases.c.severity, cases.c.hosp_lv, cases.c.at_issue,
    cases.c.due_at, cases.c.decision, cases.c.determined, cases.c.night, cases.c.insu_pool, cases.c.exposure,
)  # fmt: skip

case_settlement = sa.Table(
    "case_settlement",
    metadata,
    sa.Column("setl_id", sa.String(64), primary_key=True),  # a settlement belongs to one case
    _case_no(nullable=False, index=True),
)

case_finding = sa.Table(
    "case_finding",
    metadata,
    sa.Column("finding_id", sa.String(64), primary_key=True),
    _case_no(nullable=False, index=True),
    sa.Column("rule_id", sa.String(16), nullable=False),
    sa.Column("rule_version", sa.Integer, nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("title_zh", sa.String(400), nullable=False),
    sa.Column("sentence_zh", sa.Text, nullable=False),
    sa.Column("certainty", sa.String(12), nullable=False),
    sa.Column("severity", sa.Integer, nullable=False),
    sa.Column("level", sa.String(20), nullable=False),
    sa.Column("setl_id", sa.String(64), nullable=False),
    sa.Column("linked_setl_id", sa.String(64), index=True),
    sa.Column("subject_date", sa.Date, nullable=False),
    sa.Column("a0", FEN, nullable=False),
    sa.Column("a1", FEN, nullable=False),
    sa.Column("a2", FEN),
    sa.Column("counted", FEN, nullable=False),
    sa.Column("exposure", FEN, nullable=False),
    sa.Column("is_provisional", sa.Boolean, nullable=False),
    sa.Column("because", sa.JSON, nullable=False),
    sa.Column("labels", sa.JSON, nullable=False, server_default="{}"),  # because_… name: its Chinese label
)

case_line = sa.Table(
    "case_line",
    metadata,
    _case_no(primary_key=True),
    sa.Column("bkkp_sn", sa.String(64), primary_key=True),  # or the finding's id where a finding has no lines
    sa.Column("setl_id", sa.String(64), nullable=False),
    sa.Column("rules", sa.String(400), nullable=False),  # ',PL-04,XR-12,'
    sa.Column("is_fee_line", sa.Boolean, nullable=False),
    sa.Column("fee_date", sa.Date),
    sa.Column("hilist_code", sa.String(64)),
    sa.Column("item_name", sa.String(400), nullable=False),
    sa.Column("med_chrgitm_type", sa.String(6)),
    sa.Column("cnt", sa.String(24)),  # exact decimal text: a quantity, not money
    sa.Column("pric", sa.String(24)),
    sa.Column("amount", FEN, nullable=False),
    sa.Column("inscp", FEN, nullable=False),
    sa.Column("at_issue", FEN, nullable=False),  # share of counted_a2
    sa.Column(
        "at_most", FEN, nullable=False
    ),  # what may be determined: at_issue, or the exposure where it is all there is
    sa.Column("determined", FEN),
    sa.Column("reason", sa.String(20)),
    sa.Column("reason_text", sa.String(400)),
    sa.Column("determined_by", sa.String(40)),
    sa.Column("determined_at", UtcTime),
)

dossier = sa.Table(
    "dossier",
    metadata,
    _case_no(primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False),  # of the uncompressed text
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),  # zlib
)

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
)

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
