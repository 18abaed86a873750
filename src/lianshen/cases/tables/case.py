"""Cases: what was found, line by line, and the sealed evidence."""

from __future__ import annotations

import sqlalchemy as sa

from lianshen.cases.tables.base import FEN, UtcTime, case_no, metadata

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
    # The agency below the city that holds the agreement; empty where the city holds it itself.
    sa.Column("county", sa.String(6), nullable=False, server_default=""),
    sa.Column("recovered", FEN, nullable=False, server_default="0"),  # sum of the ledger
    sa.Column("reply_by", sa.Date),  # of the institution, or of whoever was asked for evidence
    sa.Column("paused_on", sa.Date),  # the clock stands still since
    sa.Column("extension", sa.String(8)),  # asked, granted or refused; once
    sa.Column("appeal_round", sa.Integer, nullable=False, server_default="0"),
    sa.Column("misroutes", sa.Integer, nullable=False, server_default="0"),
    sa.Column("escalation", sa.Integer, nullable=False, server_default="0"),  # 1 warned, 2 overdue, 3 before the lead
    sa.Column("archived_at", UtcTime),
    # Fen that an hour of work on it is expected to bring back, by the last ranking; 0 before the first.
    sa.Column("per_hour", FEN, nullable=False, server_default="0"),
)
_RANK = tuple(cases.c[name].desc() for name in ("per_hour", "severity", "at_issue", "case_no"))
sa.Index("ix_cases_rank", *_RANK)
sa.Index("ix_cases_state_rank", cases.c.state, *_RANK)
sa.Index("ix_cases_agency_state", cases.c.treating_agency, cases.c.state, cases.c.at_issue)
sa.Index("ix_cases_agency_rank", cases.c.treating_agency, *_RANK)
sa.Index("ix_cases_insured_rank", cases.c.insu_pool, *_RANK)
# A part of a number is looked for in the order of its bytes, whatever the collation of the database.
for _name in ("case_no", "person"):
    sa.Index(f"ix_cases_{_name}_bytes", cases.c[_name], postgresql_ops={_name: "text_pattern_ops"}).ddl_if(
        dialect="postgresql"
    )
sa.Index("ix_cases_state_due", cases.c.state, cases.c.due_at)
sa.Index("ix_cases_person", cases.c.person, cases.c.admit)
sa.Index("ix_cases_institution", cases.c.fixmedins_code, cases.c.state)
sa.Index("ix_cases_night", cases.c.night)
sa.Index("ix_cases_county", cases.c.county, cases.c.state)
sa.Index("ix_cases_insured", cases.c.insu_pool, cases.c.state)
sa.Index("ix_cases_assignee", cases.c.assignee, cases.c.state)
# One covering pass gives every facet and every statistic.
sa.Index(
    "ix_cases_cover",
    cases.c.state, cases.c.treating_agency, cases.c.rules, cases.c.severity, cases.c.hosp_lv, cases.c.at_issue,
    cases.c.due_at, cases.c.decision, cases.c.determined, cases.c.night, cases.c.insu_pool, cases.c.exposure,
    cases.c.recovered,
)  # fmt: skip

case_settlement = sa.Table(
    "case_settlement",
    metadata,
    sa.Column("setl_id", sa.String(64), primary_key=True),  # a settlement belongs to one case
    case_no(nullable=False, index=True),
)

case_finding = sa.Table(
    "case_finding",
    metadata,
    sa.Column("finding_id", sa.String(64), primary_key=True),
    case_no(nullable=False, index=True),
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
    case_no(primary_key=True),
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
    case_no(primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False),  # of the uncompressed text
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),  # zlib
)
