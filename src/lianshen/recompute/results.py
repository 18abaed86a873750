"""From what was computed to the rows of ``audit.recomputed``."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lianshen.recompute.benefit import Recomputed
from lianshen.recompute.causes import sentence_sql
from lianshen.recompute.inputs import Inputs
from lianshen.recompute.layers import LAYERS
from lianshen.settlement import LARGEST_BILL, ONE, UNLIMITED, Ints

CLINIC = ("OTP", "ER", "RX", "OTHER")

_YUAN = ("expected_inscp", "expected_deductible", "expected_hifp", "expected_hifmi", "expected_hifob",
         "expected_cvlserv", "expected_hifes", "expected_hifdm", "expected_maf", "expected_fund", "paid_fund",
         "difference", "by_catalogue", "by_filing", "by_benefit", "by_accumulator", "by_identity", "unexplained",
         "deductible_then", "room_recorded", "room_rebuilt", "burden_recorded", "burden_rebuilt")  # fmt: skip


def has_amounts(result: Recomputed) -> NDArray[np.bool_]:
    """Return where there are amounts: with terms, and with lines or without."""
    return np.asarray((result.status == "recomputed") | (result.status == "no_lines"))


def write_results(con: duckdb.DuckDBPyConnection, inputs: Inputs, result: Recomputed) -> None:
    """Insert the results into ``audit.recomputed``; the caller has removed the old ones."""
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
    known = has_amounts(result)
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
