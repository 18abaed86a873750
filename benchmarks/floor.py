"""The floor: one scan of a landing folder's Parquet, the least that anything reading it must spend."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import NamedTuple

import duckdb

from benchmarks.measure import Watch

REPEATS = 5
COLUMNS = {
    "fee_list_d": (
        "bkkp_sn", "setl_id", "psn_no", "fixmedins_code", "fee_ocur_time", "cnt", "pric", "det_item_fee_sumamt",
        "inscp_amt", "chrgitm_lv", "hilist_code", "list_type", "med_chrgitm_type",
    ),
    "setl_d": (
        "setl_id", "psn_no", "insutype", "insu_admdvs", "fixmedins_code", "fix_blng_admdvs", "begndate", "enddate",
        "setl_time", "med_type", "medfee_sumamt", "fund_pay_sumamt",
    ),
    "diag_d": ("setl_id", "diag_code"),
}  # fmt: skip
"""What twenty rules and a model read of each table: the same counting as in every other figure here."""


class Floor(NamedTuple):
    """What one scan costs, on the clock and on the processors."""

    seconds: float
    cpu_seconds: float


def scan(landing: Path, threads: int, columns: dict[str, tuple[str, ...]] = COLUMNS) -> Floor:
    """Return the median cost of counting and finding least and most of every column of every package's Parquet."""
    with duckdb.connect() as con:
        con.execute("SET threads = ?", [threads])
        measured = []
        for _ in range(REPEATS):
            watch = Watch()
            for table, names in columns.items():
                sums = ", ".join(f"COUNT({name}), MIN({name}), MAX({name})" for name in names)
                query = f"SELECT {sums} FROM read_parquet('{landing}/*/{table}*.parquet')"
                watch.timed("scan", lambda query=query: con.execute(query).fetchall())
            measured.append(watch.steps["scan"])
    return Floor(
        statistics.median(one["seconds"] for one in measured), statistics.median(one["cpu_seconds"] for one in measured)
    )
