"""The step of the night: recompute what was touched and replace its results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lianshen.policy import PolicyBook
from lianshen.recompute.benefit import Recomputed, benefit_again
from lianshen.recompute.causes import sentence_sql
from lianshen.recompute.inputs import Inputs, subject
from lianshen.recompute.layers import LAYERS
from lianshen.recompute.lines import split_again
from lianshen.settlement import LARGEST_BILL, ONE, UNLIMITED, Ints

CHUNK = 100_000
"""Settlements recomputed at a time, so that memory does not grow with the night."""

CLINIC = ("OTP", "ER", "RX", "OTHER")

_YUAN = ("expected_inscp", "expected_deductible", "expected_hifp", "expected_hifmi", "expected_hifob",
         "expected_cvlserv", "expected_hifes", "expected_hifdm", "expected_maf", "expected_fund", "paid_fund",
         "difference", "by_catalogue", "by_filing", "by_benefit", "by_accumulator", "by_identity", "unexplained",
         "deductible_then", "room_recorded", "room_rebuilt", "burden_recorded", "burden_rebuilt")  # fmt: skip

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


@dataclass(frozen=True, slots=True)
class RecomputeSummary:
    """What a run did: settlements by status, and what was paid wrongly, in fen."""

    settlements: int
    by_status: dict[str, int]
    different: int
    overpaid: int
    underpaid: int


def recompute(con: duckdb.DuckDBPyConnection, book: PolicyBook, *, chunk: int = CHUNK) -> RecomputeSummary:
    """Recompute ``work.touched_settlement`` into ``audit.recomputed`` and ``audit.line_difference``.

    Admissions that were transferred from a touched one are added to it. Rows of settlements that vanished or no
    longer count are removed. Settlements with findings are added to
    ``work.dirty_settlement``, because what their findings are worth may have changed. Running it again changes
    nothing. The caller decides about the transaction.
    """
    write_policy_values(con, book)
    con.execute(_TRANSFERRED)
    con.execute("DELETE FROM audit.recomputed WHERE setl_id IN (SELECT setl_id FROM work.touched_settlement)")
    con.execute("DELETE FROM audit.line_difference WHERE setl_id IN (SELECT setl_id FROM work.touched_settlement)")
    # A line that moved here from a settlement of an earlier night.
    con.execute(
        """
        DELETE FROM audit.line_difference
        WHERE bkkp_sn IN (
            SELECT l.bkkp_sn FROM mart.fee_line AS l SEMI JOIN work.touched_settlement AS t ON l.setl_id = t.setl_id
        )
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE recompute_all AS
        SELECT setl_id, (ROW_NUMBER() OVER (ORDER BY setl_id) - 1) // ? AS chunk
        FROM work.touched_settlement
        """,
        [chunk],
    )
    (chunks,) = con.execute("SELECT COALESCE(MAX(chunk) + 1, 0) FROM temp.recompute_all").fetchone() or (0,)
    by_status: dict[str, int] = {}
    different = overpaid = underpaid = 0
    for number in range(chunks):
        con.execute(
            "CREATE OR REPLACE TEMP TABLE recompute_subject AS SELECT setl_id FROM temp.recompute_all WHERE chunk = ?",
            [number],
        )
        inputs = subject(con)
        if not len(inputs):
            continue
        result = benefit_again(book, inputs, split_again(con, len(inputs)))
        _write(con, inputs, result)
        for status, count in zip(*np.unique(result.status.astype(str), return_counts=True), strict=True):
            by_status[str(status)] = by_status.get(str(status), 0) + int(count)
        difference = np.where(_has_amounts(result), result.difference, 0)
        different += int((difference != 0).sum())
        overpaid += int(np.maximum(difference, 0).sum())
        underpaid += int(np.minimum(difference, 0).sum())
    con.execute(
        """
        INSERT OR IGNORE INTO work.dirty_settlement
        SELECT DISTINCT setl_id FROM audit.finding WHERE setl_id IN (SELECT setl_id FROM work.touched_settlement)
        """
    )
    return RecomputeSummary(sum(by_status.values()), by_status, different, overpaid, underpaid)


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


def _has_amounts(result: Recomputed) -> Any:
    return (result.status == "recomputed") | (result.status == "no_lines")


def _write(con: duckdb.DuckDBPyConnection, inputs: Inputs, result: Recomputed) -> None:
    con.register("recompute_result", _table(inputs, result))
    amounts = ",\n".join(f"CAST({name} * 0.01 AS DECIMAL(18, 2)) AS {name}" for name in _YUAN)
    try:
        con.execute(
            f"""
            INSERT INTO audit.recomputed BY NAME
            WITH r AS (
                SELECT
                    * EXCLUDE ({", ".join(_YUAN)}, paid_ratio, policy_ratio),
                    {amounts},
                    CAST(paid_ratio * 0.0001 AS DECIMAL(7, 4)) AS paid_ratio,
                    CAST(policy_ratio * 0.0001 AS DECIMAL(7, 4)) AS policy_ratio
                FROM recompute_result
            )
            SELECT
                r.* EXCLUDE (alternative, filing_status), {sentence_sql()} AS cause_zh,
                f.filing_status, f.filing_id, f.filing_type, f.filed_region, f.filed_from, f.filed_until,
                f.filing_applied_at
            FROM r
            INNER JOIN temp.recompute_filing AS f ON r.setl_id = f.setl_id
            INNER JOIN mart.settlement AS s ON r.setl_id = s.setl_id
            """
        )
    finally:
        con.unregister("recompute_result")


def _table(inputs: Inputs, result: Recomputed) -> pa.Table:
    known = _has_amounts(result)
    settled, policy = result.on_recorded, result.right.policy

    def text(values: Any) -> pa.Array:
        return pa.array(values, type=pa.string())

    def fen(values: Ints, where: Any = known) -> pa.Array:
        return pa.array(values, mask=~where)

    base = inputs.ints("in_scope") - inputs.ints("deductible")
    safe = np.where(base > 0, base, 1)
    paid = np.clip(inputs.ints("hifp"), 0, LARGEST_BILL)
    paid_ratio = (2 * paid * ONE + safe) // (2 * safe)
    # The column holds up to 999.9999; a ratio beyond that is a broken record, not a ratio.
    sound = (base > 0) & (paid == inputs.ints("hifp")) & (paid_ratio < 999 * ONE)
    return pa.table(
        {
            "setl_id": inputs.codes("setl_id"),
            "status": text(result.status),
            "reason": text(result.reason),
            "pack_id": text(policy.pack_id),
            "is_provisional": pa.array(policy.is_provisional, mask=~policy.has_terms),
            "filing_status": inputs.codes("filing_status"),
            "is_same_city": pa.array(inputs.flags("is_same_city")),
            "expected_inscp": fen(result.expected_inscp),
            "expected_deductible": fen(settled.deductible),
            "expected_hifp": fen(settled.hifp),
            **{f"expected_{name}": fen(getattr(settled, name) + result.outside.get(name, 0)) for name in LAYERS},
            "expected_fund": fen(result.expected_fund),
            "paid_fund": pa.array(inputs.ints("fund")),
            **{name: fen(getattr(result, name)) for name in (
                "difference", "by_catalogue", "by_filing", "by_benefit", "by_accumulator", "by_identity", "unexplained",
                "deductible_then")},
            **_used(inputs, result, known),
            **{name: pa.array(getattr(result, name), type=pa.string(), mask=~known)
               for name in ("cause", "alternative", "layer", "parameter")},
            "paid_ratio": fen(paid_ratio, sound),
            "policy_ratio": fen(settled.policy_ratio),
        }
    )  # fmt: skip


def _used(inputs: Inputs, result: Recomputed, known: NDArray[np.bool_]) -> dict[str, pa.Array]:
    """Return what had been used before, as recorded and as rebuilt."""
    year, used, limit = inputs.year, result.right.accumulators, result.right.terms.cap
    stay = ~inputs.equals("care", *CLINIC)
    admission = known & inputs.equals("care", "IPT", "MAT")
    cap, burden = year.quantities["cap"], year.quantities["burden"]
    room = np.maximum(np.minimum(limit, used.cap_room), 0)
    return {
        "nth_recorded": pa.array(year.nth_recorded, mask=~(admission & year.quantities["admissions"].says)),
        "nth_rebuilt": pa.array(year.nth_rebuilt, mask=~admission),
        "room_recorded": pa.array(cap.seen, mask=~(known & cap.says)),
        "room_rebuilt": pa.array(np.where(room < UNLIMITED, room, 0), mask=~(known & (room < UNLIMITED))),
        "burden_recorded": pa.array(burden.seen, mask=~(known & stay & burden.says)),
        "burden_rebuilt": pa.array(used.burden, mask=~(known & stay)),
    }
