"""Recompute what a night touched, or a period, and replace the results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import numpy as np

from lianshen.policy import PolicyBook
from lianshen.recompute.benefit import benefit_again
from lianshen.recompute.inputs import subject
from lianshen.recompute.lines import split_again
from lianshen.recompute.results import has_amounts, write_results
from lianshen.warehouse.tables import transaction

CHUNK = 100_000
"""Settlements recomputed at a time, so that memory does not grow with the night."""

# The deductible of an admission may depend on the one it was transferred from: whichever arrives later, both are
# looked at again, here and by the rules that follow.
_TRANSFERRED = """
INSERT OR IGNORE INTO work.touched_settlement
SELECT s.setl_id
FROM mart.settlement AS s
WHERE
    s.counts AND s.care = 'IPT' AND s.refl_old_mdtrt_id IN (
        SELECT h.mdtrt_id FROM settled.setl_d AS h SEMI JOIN work.touched_settlement AS t ON h.setl_id = t.setl_id
    )
"""


_REMOVED = (
    "DELETE FROM audit.recomputed WHERE setl_id IN (SELECT setl_id FROM temp.recompute_subject)",
    "DELETE FROM audit.line_difference WHERE setl_id IN (SELECT setl_id FROM temp.recompute_subject)",
    # A line that moved here from a settlement of an earlier night.
    """
    DELETE FROM audit.line_difference
    WHERE bkkp_sn IN (
        SELECT l.bkkp_sn FROM mart.fee_line AS l SEMI JOIN temp.recompute_subject AS u ON l.setl_id = u.setl_id
    )
    """,
)

_DIRTY = """
INSERT OR IGNORE INTO work.dirty_settlement
SELECT DISTINCT setl_id FROM audit.finding WHERE setl_id IN (SELECT setl_id FROM temp.recompute_subject)
"""


@dataclass(frozen=True, slots=True)
class RecomputeSummary:
    """What a run did: settlements by status, and what was paid wrongly, in fen."""

    settlements: int = 0
    by_status: dict[str, int] = field(default_factory=dict)
    different: int = 0
    overpaid: int = 0
    underpaid: int = 0
    unexplained: int = 0
    """Sum of what no mistake reproduces, each settlement without its sign."""

    def __add__(self, other: RecomputeSummary) -> RecomputeSummary:
        statuses = self.by_status.keys() | other.by_status.keys()
        both = {name: self.by_status.get(name, 0) + other.by_status.get(name, 0) for name in sorted(statuses)}
        numbers = ("different", "overpaid", "underpaid", "unexplained")
        sums = {name: getattr(self, name) + getattr(other, name) for name in numbers}
        return RecomputeSummary(self.settlements + other.settlements, both, **sums)


def recompute(con: duckdb.DuckDBPyConnection, book: PolicyBook, *, chunk: int = CHUNK) -> RecomputeSummary:
    """Recompute ``work.touched_settlement`` into ``audit.recomputed`` and ``audit.line_difference``.

    Replaces ``work.policy_value`` where the packs say otherwise. Admissions that were transferred from a touched one
    are added to what was touched. Rows of settlements that vanished or no longer count are removed. Settlements with
    findings are added to ``work.dirty_settlement``, because what their findings are worth may have changed. Running
    it again changes nothing. The caller decides about the transaction.
    """
    write_policy_values(con, book)
    con.execute(_TRANSFERRED)
    chunks = _in_chunks(con, "SELECT setl_id FROM work.touched_settlement", [], chunk)
    return sum((_renew(con, book, number) for number in range(chunks)), RecomputeSummary())


def recompute_period(
    con: duckdb.DuckDBPyConnection,
    book: PolicyBook,
    since: date,
    until: date,
    *,
    region: str | None = None,
    chunk: int = CHUNK,
    progress: Callable[[int, int], None] | None = None,
) -> RecomputeSummary:
    """Recompute what was settled from ``since`` to ``until``, both days included, whatever was touched.

    ``region`` keeps to the insured region: six digits, where zeros at the end stand for all below (510000 the
    province, 510700 the city). One transaction per chunk; ``progress`` is told how many of how many settlements are
    done. What is written is the same as in a night.
    """
    write_policy_values(con, book)
    prefix = (region or "").rstrip("0")
    prefix += "0" * (len(prefix) % 2)
    chunks = _in_chunks(
        con,
        """
        SELECT setl_id FROM mart.settlement
        WHERE counts AND setl_date BETWEEN ? AND ? AND STARTS_WITH(insu_admdvs, ?)
        """,
        [since, until, prefix],
        chunk,
    )
    (total,) = con.execute("SELECT COUNT(*) FROM temp.recompute_all").fetchone() or (0,)
    summary = RecomputeSummary()
    for number in range(chunks):
        with transaction(con):
            summary += _renew(con, book, number)
        if progress is not None:
            progress(summary.settlements, total)
    return summary


def _in_chunks(con: duckdb.DuckDBPyConnection, wanted: str, values: list[Any], chunk: int) -> int:
    """Number the settlements of a query in ``temp.recompute_all``; return how many chunks they make."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE recompute_all AS
        SELECT setl_id, (ROW_NUMBER() OVER (ORDER BY setl_id) - 1) // ? AS chunk
        FROM ({wanted}) AS w
        """,
        [chunk, *values],
    )
    (chunks,) = con.execute("SELECT COALESCE(MAX(chunk) + 1, 0) FROM temp.recompute_all").fetchone() or (0,)
    return int(chunks)


def _renew(con: duckdb.DuckDBPyConnection, book: PolicyBook, number: int) -> RecomputeSummary:
    """Replace the results of one chunk of ``temp.recompute_all``."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE recompute_subject AS SELECT setl_id FROM temp.recompute_all WHERE chunk = ?",
        [number],
    )
    for statement in _REMOVED:
        con.execute(statement)
    con.execute(_DIRTY)
    inputs = subject(con)
    if not len(inputs):
        return RecomputeSummary()
    result = benefit_again(book, inputs, split_again(con, len(inputs)))
    write_results(con, inputs, result)
    statuses = zip(*np.unique(result.status.astype(str), return_counts=True), strict=True)
    known = has_amounts(result)
    difference = np.where(known, result.difference, 0)
    return RecomputeSummary(
        len(inputs),
        {str(status): int(count) for status, count in statuses},
        int((difference != 0).sum()),
        int(np.maximum(difference, 0).sum()),
        int(np.minimum(difference, 0).sum()),
        int(np.abs(np.where(known, result.unexplained, 0)).sum()),
    )


def write_policy_values(con: duckdb.DuckDBPyConnection, book: PolicyBook) -> None:
    """Replace ``work.policy_value`` by what the packs say, unless it says so already."""
    con.register("recompute_policy", book.policy_values())
    try:
        differs = con.execute(
            """
            (FROM recompute_policy EXCEPT ALL FROM work.policy_value)
            UNION ALL
            (FROM work.policy_value EXCEPT ALL FROM recompute_policy)
            LIMIT 1
            """
        ).fetchone()
        if differs is not None:
            con.execute("DELETE FROM work.policy_value")
            con.execute("INSERT INTO work.policy_value BY NAME FROM recompute_policy")
    finally:
        con.unregister("recompute_policy")
