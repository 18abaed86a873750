"""What a changed policy would have cost, over a year of header-level settlements.

``python -m benchmarks.settlement_whatif --settlements 5500000`` makes a warehouse of that many settlements once, tries
a higher deductible on all of them and prints seconds, processor seconds and peak memory, each of the process and its
workers together: resident memory four times a second, with pages that they share counted for each. The settlements
are noise with the shape of a year of cross-region care (one stay in eight, some hundred chronic patients with a
hundred settlements each), paid roughly; only headers, what was recomputed of them, and one row of evidence per stay
are there.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

SETTLEMENTS = 5_500_000
YEAR = 2026
CHANGED = f"""title: every deductible of an admission fifty yuan higher
pools: all
values:
  inpatient.deductible:
    {YEAR}-01-01:
      employee: {{community: "250.00", primary: "250.00", secondary: "450.00", tertiary: "850.00"}}
      resident: {{community: "150.00", primary: "150.00", secondary: "350.00", tertiary: "650.00"}}
  remote.deductible:
    {YEAR}-01-01: "850.00"
"""

_HEADERS = """
CREATE TEMP TABLE made AS
WITH noise AS (
    SELECT
        i,
        i * (365 * 86400.0 / $n) AS second,
        hash(i, 1) / 18446744073709551616.0 AS u_person,
        hash(i, 2) / 18446744073709551616.0 AS u_care,
        hash(i, 3) / 18446744073709551616.0 AS u_cost,
        hash(i, 4) % 100 AS p_scope,
        hash(i, 5) % 4 AS p_level,
        hash(i, 6) % 5 AS p_filing
    FROM range($n) AS r (i)
),

-- One in twenty settlements belongs to a small group with about a hundred a year, for dialysis for example.
owned AS (
    SELECT
        *,
        u_person < 0.05 AS is_chronic,
        CASE
            WHEN u_person < 0.05 THEN CAST(u_person / 0.05 * GREATEST($n // 2000, 1) AS BIGINT)
            ELSE CAST($n // 2000 + (u_person - 0.05) / 0.95 * ($n // 4) AS BIGINT)
        END AS person_no
    FROM noise
)

SELECT
    i,
    'SETL' || LPAD(CAST(i AS VARCHAR), 26, '0') AS setl_id,
    md5(CAST(person_no AS VARCHAR)) AS person,
    -- What a person is does not change from settlement to settlement.
    (hash(person_no, 1) % 100) < 45 AS is_resident,
    hash(person_no, 2) % 100 AS p_person,
    (['5101', '5103', '5104', '5105', '5106', '5107', '5108', '5109', '5110', '5111', '5113', '5114', '5115', '5116',
      '5117', '5118', '5119', '5120', '5132', '5133', '5134'])[
        CAST(1 + hash(person_no, 3) % 21 AS BIGINT)
    ] AS insu_pool,
    CASE
        WHEN is_chronic THEN 'OPSP' WHEN u_care < 0.12 THEN 'IPT' WHEN u_care < 0.5 THEN 'OTP'
        WHEN u_care < 0.53 THEN 'OPSP' ELSE 'RX'
    END AS care,
    p_scope,
    p_level,
    p_filing,
    TIMESTAMP '2026-01-01' + to_seconds(CAST(second AS BIGINT)) AS setl_time,
    CAST(
        CASE WHEN NOT is_chronic AND u_care < 0.12 THEN 2000 / (u_cost + 0.04) ELSE 60 / (u_cost + 0.2) END
        AS DECIMAL(18, 2)
    ) AS inscp
FROM owned
"""

_SETTLEMENT = """
INSERT INTO mart.settlement BY NAME
SELECT
    setl_id, setl_id AS mdtrt_id, person, person AS psn_no, 50 AS age_years,
    CASE WHEN is_resident THEN '390' ELSE '310' END AS insutype,
    CASE WHEN p_person < 30 THEN '12' ELSE '11' END AS psn_type,
    CASE WHEN is_resident AND p_person > 95 THEN '02' END AS sp_psn_type,
    insu_pool || '00' AS insu_admdvs, insu_pool, '3' AS pay_loc, 'H' || p_scope AS fixmedins_code,
    (['01', '02', '05', '08'])[CAST(1 + p_level AS BIGINT)] AS hosp_lv,
    (['3', '3', '2', '1'])[CAST(1 + p_level AS BIGINT)] AS dedc_hosp_lv,
    CASE WHEN p_scope < 90 THEN '510100' ELSE '310100' END AS fix_blng_admdvs,
    CASE WHEN p_scope < 90 THEN '5101' ELSE '3101' END AS treat_pool, '510100' AS treating_agency,
    CASE WHEN p_scope >= 90 THEN 'CROSS_PROV' WHEN insu_pool = '5101' THEN 'LOCAL' ELSE 'IN_PROV' END AS scope,
    p_scope >= 90 OR insu_pool <> '5101' AS is_cross_region,
    CAST(setl_time AS DATE) AS begndate, CAST(setl_time AS DATE) AS enddate, 1 AS los_days, setl_time,
    CAST(setl_time AS DATE) AS setl_date, '2026' AS year,
    CASE care WHEN 'IPT' THEN '21' WHEN 'OPSP' THEN '14' WHEN 'RX' THEN '41' ELSE '11' END AS med_type, care,
    '2' AS setl_type, CASE WHEN care = 'IPT' THEN 1 END AS cal_ipt_cnt, inscp * 1.25 AS medfee_sumamt,
    0 AS fulamt_ownpay_amt, 0 AS overlmt_selfpay, inscp * 0.25 AS preselfpay_amt, inscp AS inscp_amt,
    LEAST(inscp, 200) AS act_pay_dedc, GREATEST(inscp - 200, 0) * 0.6 AS hifp_pay, 0 AS cvlserv_pay, 0 AS hifes_pay,
    0 AS hifmi_pay, 0 AS hifob_pay, 0 AS hifdm_pay, 0 AS maf_pay, 0 AS othfund_pay,
    GREATEST(inscp - 200, 0) * 0.6 AS fund_pay_sumamt, inscp * 0.5 AS psn_pay, 0 AS acct_pay, 0 AS acct_mulaid_pay,
    inscp * 0.5 AS cash_payamt, 0 AS ownpay_hosp_part, 0 AS n_lines, FALSE AS is_reversal, FALSE AS is_reversed,
    TRUE AS counts
FROM made
"""

_RECOMPUTED = """
INSERT INTO audit.recomputed BY NAME
SELECT
    setl_id, 'no_lines' AS status, 'NOT_NEEDED' AS filing_status,
    (['LONG_RESIDENT', 'LONG_RETIREE', 'REFERRAL', 'TEMPORARY_OTHER', 'UNFILED'])[
        CAST(1 + p_filing AS BIGINT)
    ] AS filing_type,
    inscp AS expected_inscp, 0 AS difference
FROM made
"""

_EVIDENCE = """
INSERT INTO settled.setl_fund_d BY NAME
SELECT
    setl_id, CASE WHEN is_resident THEN '390100' ELSE '310100' END AS fund_pay_type,
    180000 + 1000 * p_person AS crt_payb_lmt_amt, 0 AS fund_payamt, setl_time AS updt_time,
    '2026-12-31' AS _package, 'setl_fund_d' AS _file, i AS _row
FROM made WHERE care = 'IPT'
"""


def make(path: Path, settlements: int, memory_limit: str) -> None:
    """Make the warehouse."""
    from lianshen.warehouse import open_warehouse

    with open_warehouse(path, memory_limit=memory_limit) as con:
        # Rows come by number, as a sort would put them. The index of a key is not read here, and is slow to build.
        con.execute("SET preserve_insertion_order = true")
        con.execute("CREATE OR REPLACE TABLE audit.recomputed AS FROM audit.recomputed LIMIT 0")
        con.execute(_HEADERS, {"n": settlements})
        for statement in (_SETTLEMENT, _RECOMPUTED, _EVIDENCE):
            con.execute(statement)
        con.execute("CHECKPOINT")


def measure(home: Path, settlements: int, memory_limit: str, chunk: int | None = None) -> dict[str, Any]:
    """Try the changed policy over the whole year and return what it cost."""
    from lianshen.content import content_root
    from lianshen.policy import PolicyBook
    from lianshen.recompute.whatif import CHUNK, what_if

    path = home / f"whatif-{settlements}.duckdb"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".making")
        unfinished.unlink(missing_ok=True)
        make(unfinished, settlements, memory_limit)
        unfinished.rename(path)
    book = PolicyBook.load(content_root() / "policies")
    with tempfile.TemporaryDirectory() as folder:
        changed = Path(folder) / "changed.yaml"
        changed.write_text(CHANGED, encoding="utf-8")
        other = book.override(changed)
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("SET TimeZone = 'Asia/Shanghai'")
        con.execute("SET memory_limit = ?", [memory_limit])
        con.execute("SET threads = 2")
        effect, cost = watched(
            lambda: what_if(
                con,
                book,
                other,
                start=date(YEAR, 1, 1),
                end=date(YEAR + 1, 1, 1),
                chunk=chunk or CHUNK,
                progress=told(),
            )
        )
    total = effect.total
    return {
        "settlements": total.settlements, "changed": total.changed, "left_out": effect.left_out,
        "fund_now_fen": total.now, "fund_difference_fen": total.difference, "memory_limit": memory_limit, **cost,
    }  # fmt: skip


def told() -> Callable[[int, int], None]:
    """Return what says on stderr how far it is, at every tenth."""
    begun, last = time.perf_counter(), [-1]

    def tell(done: int, number: int) -> None:
        if done * 10 // number > last[0]:
            last[0] = done * 10 // number
            print(f"{done:,} of {number:,} after {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)

    return tell


def watched(call: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """Return what ``call`` returns and what it cost, with the processes that it started and that have ended."""
    done, peak = threading.Event(), [0.0]

    def watch() -> None:
        while not done.wait(0.25):
            peak[0] = max(peak[0], resident_mb())

    watcher = threading.Thread(target=watch)
    wall, processor = time.perf_counter(), processor_seconds()
    watcher.start()
    try:
        result = call()
    finally:
        done.set()
        watcher.join()
    seconds, cpu_seconds = time.perf_counter() - wall, processor_seconds() - processor
    return result, {"seconds": round(seconds, 1), "cpu_seconds": round(cpu_seconds, 1), "peak_mb": round(peak[0])}


def resident_mb() -> float:
    """Return the resident memory of this process and its children, in MB of a million bytes; 0 without ``/proc``."""
    pages = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((process / "stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
            if os.getpid() in (int(process.name), parent):
                pages += int((process / "statm").read_text(encoding="ascii").split()[1])
        except (OSError, ValueError):
            continue  # it has ended meanwhile
    return pages * resource.getpagesize() / 1e6


def processor_seconds() -> float:
    """Return the processor seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> int:
    """Measure and print one JSON object; return 0."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--settlements", type=int, default=SETTLEMENTS)
    parser.add_argument("--folder", type=Path, default=Path("var/benchmarks"), help="Keeps the warehouse.")
    parser.add_argument("--memory-limit", default="2GB", help="DuckDB's limit; arrays come on top.")
    parser.add_argument("--chunk", type=int, default=None, help="Settlements looked at together.")
    options = parser.parse_args()
    print(json.dumps(measure(options.folder, options.settlements, options.memory_limit, options.chunk), indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
