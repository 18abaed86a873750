"""The tables of the casebook. Only the services and the assembly see them.

The migrations create these tables; a test compares the two.
"""

from lianshen.cases.tables.after import appeal, archive_item, attachment, recovery
from lianshen.cases.tables.base import FEN, UtcTime, metadata
from lianshen.cases.tables.case import case_finding, case_line, case_settlement, cases, dossier
from lianshen.cases.tables.exchange import idempotency, inquiry, outbox, webhook
from lianshen.cases.tables.people import api_token, note, notice, saved_view, sessions, users
from lianshen.cases.tables.ranking import case_rank, rank_night, review_task, sample_draw, sample_stratum
from lianshen.cases.tables.trail import event, event_head, view_log

__all__ = [
    "FEN",
    "UtcTime",
    "api_token",
    "appeal",
    "archive_item",
    "attachment",
    "case_finding",
    "case_line",
    "case_rank",
    "case_settlement",
    "cases",
    "dossier",
    "event",
    "event_head",
    "idempotency",
    "inquiry",
    "metadata",
    "note",
    "notice",
    "outbox",
    "rank_night",
    "recovery",
    "review_task",
    "sample_draw",
    "sample_stratum",
    "saved_view",
    "sessions",
    "users",
    "view_log",
    "webhook",
]
