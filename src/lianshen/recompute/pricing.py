"""What findings are worth to the fund, and how much of it each carries when every yuan is counted once."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lianshen.policy import PolicyBook
from lianshen.recompute.explanation import write_explanations
from lianshen.recompute.inputs import Inputs, recomputed_subject
from lianshen.recompute.right import RightTerms, right_terms
from lianshen.settlement import LARGEST_BILL, Ints, settle

_FINDINGS = """
CREATE OR REPLACE TEMP TABLE recompute_finding AS
SELECT
    f.finding_id, s.settlement_no, f.level = 'line' AS is_line, f.a2 IS NULL AS is_open,
    CAST(f.a1 * 100 AS BIGINT) AS a1, CAST(COALESCE(f.a2, 0) * 100 AS BIGINT) AS a2,
    ROW_NUMBER() OVER (
        PARTITION BY s.settlement_no
        ORDER BY
            f.certainty <> 'definite',
            CASE f.level WHEN 'line' THEN 1 WHEN 'settlement' THEN 2 ELSE 3 END,
            f.finding_id
    ) AS rank
FROM audit.finding AS f
INNER JOIN temp.recompute_settlement AS s ON f.setl_id = s.setl_id
"""

# Of each line, the findings together carry at most what was in scope of it, the first in rank first.
_OVERLAP = """
WITH line AS (
    SELECT
        p.finding_id,
        GREATEST(l.a1, 0) AS a1,
        SUM(GREATEST(l.a1, 0)) OVER (
            PARTITION BY p.settlement_no, l.bkkp_sn ORDER BY p.rank ROWS UNBOUNDED PRECEDING
        ) AS so_far,
        GREATEST(COALESCE(e.inscp_amt, l.a1), 0) AS most
    FROM audit.finding_line AS l
    INNER JOIN temp.recompute_finding AS p ON l.finding_id = p.finding_id
    LEFT JOIN mart.fee_line AS e ON l.bkkp_sn = e.bkkp_sn
),

own AS (
    SELECT finding_id, SUM(LEAST(so_far, most) - LEAST(so_far - a1, most)) AS a1
    FROM line
    GROUP BY finding_id
)

SELECT
    p.* EXCLUDE (rank),
    LEAST(GREATEST(p.a1, 0), COALESCE(CAST(o.a1 * 100 AS BIGINT), GREATEST(p.a1, 0))) AS own_a1
FROM temp.recompute_finding AS p
LEFT JOIN own AS o ON p.finding_id = o.finding_id
ORDER BY p.settlement_no, p.rank
"""


def price_findings(con: duckdb.DuckDBPyConnection, book: PolicyBook) -> int:
    """Give every finding of ``work.dirty_settlement`` its ``counted_a2``, and an ``a2`` where it has none.

    ``a2`` is what the fund pays less when the finding's in-scope amount ``a1`` is moved to self-pay: the expected
    terms of the settlement on its recorded in-scope amount, with and without ``a1``. A settlement without terms
    (``audit.recomputed`` says why) gives 0 and leaves ``exposure`` as it is. ``counted_a2`` adds up over a
    settlement to no more than was paid, and is never more than the finding's own ``a2``; definite comes before
    suspicious, line before settlement before the rest, then the finding's id. An under-payment keeps its negative
    ``a2`` and counts 0.

    Also replaces ``audit.explanation`` of these settlements: kept for those with findings. Return the number of
    findings that had no ``a2``. Running it again changes nothing.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE recompute_subject AS SELECT setl_id FROM work.dirty_settlement")
    con.execute(
        """
        DELETE FROM temp.recompute_subject
        WHERE setl_id NOT IN (SELECT setl_id FROM audit.finding)
        """
    )
    con.execute("DELETE FROM audit.explanation WHERE setl_id IN (SELECT setl_id FROM work.dirty_settlement)")
    inputs = recomputed_subject(con)
    if not len(inputs):
        return 0
    right = right_terms(book, inputs)
    con.execute(_FINDINGS)
    findings = con.execute(_OVERLAP).to_arrow_table()
    priced = _price(_Findings(findings), inputs, right)
    result = pa.table({"finding_id": findings["finding_id"], "a2": priced[0], "counted": priced[1]})
    con.register("recompute_priced", result)
    try:
        con.execute(
            """
            UPDATE audit.finding AS f
            SET
                a2 = CAST(p.a2 * 0.01 AS DECIMAL(18, 2)),
                counted_a2 = CAST(p.counted * 0.01 AS DECIMAL(18, 2))
            FROM recompute_priced AS p
            WHERE f.finding_id = p.finding_id
            """
        )
    finally:
        con.unregister("recompute_priced")
    write_explanations(con, inputs, right)
    return int(np.asarray(findings["is_open"].to_numpy(), dtype=np.int64).sum())


@dataclass(frozen=True, slots=True)
class _Findings:
    """The findings in the order in which they count, settlement by settlement."""

    table: pa.Table

    def ints(self, name: str) -> Ints:
        return np.asarray(self.table[name].to_numpy(), dtype=np.int64)

    def flags(self, name: str) -> NDArray[np.bool_]:
        return np.asarray(self.table[name].to_numpy(), dtype=np.bool_)


def _price(findings: _Findings, inputs: Inputs, right: RightTerms) -> tuple[Ints, Ints]:
    """Return ``a2`` and ``counted_a2`` of each finding, in fen."""
    of = findings.ints("settlement_no")
    can = (right.can_settle & inputs.flags("was_recomputed"))[of]
    scope = np.clip(inputs.ints("in_scope"), 0, LARGEST_BILL)[of]
    terms, used = right.terms.take(of), right.accumulators.take(of)

    def fund(without: Ints) -> Ints:
        paid = settle(np.clip(scope - without, 0, LARGEST_BILL), terms, used).fund
        return np.where(can, paid, 0)

    a1 = findings.ints("a1")
    basis = fund(np.zeros_like(a1)) - fund(a1)
    a2 = np.where(findings.flags("is_open"), basis, findings.ints("a2"))

    # A finding priced here takes its in-scope amount out of the settlement, so that the next one is priced on what is
    # left; one that brought its own a2 from a comparison of whole settlements does not.
    by_scope = a2 == basis
    is_line = findings.flags("is_line")
    own_a1 = findings.ints("own_a1")
    before, after = _running(np.where(by_scope | is_line, own_a1, 0), of, scope)
    counted_a1 = after - before
    whole = np.maximum(a1, 1)
    part = np.minimum(counted_a1, whole)
    shared = a2 // whole * part + (a2 % whole) * part // whole
    wanted = np.where(by_scope, fund(before) - fund(after), np.where(is_line & (a1 > 0), shared, a2))
    wanted = np.clip(wanted, 0, np.maximum(a2, 0))
    start, end = _running(wanted, of, np.maximum(inputs.ints("fund"), 0)[of])
    return a2, end - start


def _running(amount: Ints, group: Ints, most: Ints) -> tuple[Ints, Ints]:
    """Return the running total within each group before and after each row, never above ``most``."""
    total = np.cumsum(amount)
    first = np.r_[True, group[1:] != group[:-1]]
    earlier = np.maximum.accumulate(np.where(first, total - amount, 0))
    after = total - earlier
    return np.minimum(after - amount, most), np.minimum(after, most)
