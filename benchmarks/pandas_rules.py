"""The twenty rules once more, in plain pandas, to hold their cost and their findings against the SQL.

Written as an analyst would write them: merges, group-bys and masks over whole tables that are in memory already.
Amounts are integer fen, quantities ten-thousandths, prices millionths of a yuan, so that both sides compare the same
numbers. Each function returns the keys of its findings: ``setl_id`` and, where two settlements are compared, the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from benchmarks import pandas_history_rules, pandas_line_rules, pandas_settlement_rules

RULES: dict[str, Callable[[Any, Any], pd.DataFrame]] = {
    **pandas_line_rules.RULES,
    **pandas_settlement_rules.RULES,
    **pandas_history_rules.RULES,
}
FEN, QUANTITY, PRICE = 100, 10_000, 1_000_000
SCALED = {
    "settlement": dict.fromkeys(
        (
            "medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_amt", "hifp_pay",
            "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "othfund_pay",
            "fund_pay_sumamt", "psn_pay", "acct_pay", "acct_mulaid_pay", "cash_payamt", "ownpay_hosp_part",
        ),
        FEN,
    ),
    "fee_line": {
        "det_item_fee_sumamt": FEN, "inscp_amt": FEN, "overlmt_selfpay": FEN, "cnt": QUANTITY, "pric": PRICE,
    },
    "line_difference": {"expected_inscp": FEN, "actual_inscp": FEN},
    "recomputed": {"by_filing": FEN, "by_benefit": FEN, "expected_hifp": FEN},
    "setl_fund_d": {"fund_payamt": FEN},
    "hilist_lmtpric_d": {"hilist_pric_uplmt_amt": PRICE},
    "quantity_limit": {"cap": QUANTITY},
    "drug_supply": {"days_per_unit": QUANTITY},
}  # fmt: skip
KEPT = {
    "settlement": (
        "setl_id", "mdtrt_id", "person", "gend", "brdy", "age_years", "nwb_flag", "fixmedins_code", "fixmedins_type",
        "lmtpric_hosp_lv", "fix_blng_admdvs", "treat_pool", "scope", "is_cross_region", "begndate", "enddate",
        "los_days", "setl_time", "med_type", "care", "medins_setl_id", "icd3", "adm_dept", "dscg_dept", "dscg_way",
        "refl_old_mdtrt_id", "die_date",
    ),
    "fee_line": (
        "setl_id", "bkkp_sn", "hilist_code", "list_type", "fee_date", "fee_ocur_time", "crte_time", "bilg_dr_codg",
    ),
}  # fmt: skip
"""Besides the scaled columns; of the other tables every column is read."""


@dataclass(frozen=True)
class Numbers:
    """The parameters of one rule, as its file gives them."""

    values: dict[str, Decimal]

    def __call__(self, name: str, scale: int = 1) -> int:
        """Return the parameter times ``scale`` as a whole number, or refuse."""
        scaled = self.values[name] * scale
        if scaled != int(scaled):
            raise ValueError(f"{name} = {self.values[name]} is not a whole number of 1/{scale}")
        return int(scaled)


def run_all(warehouse: Path, options: dict[str, Any] | None = None) -> dict[str, Any]:
    """Screen the whole warehouse with both, assert the same findings of each rule, return the cost."""
    from benchmarks.library_screen import touch
    from benchmarks.measure import Watch
    from lianshen.content import content_root
    from lianshen.rules import load_rules, screen
    from lianshen.warehouse.rehearsal import open_rehearsal

    options = options or {}
    watch = Watch()
    con = open_rehearsal(warehouse, memory_limit=options.get("memory_limit", "4GB"), threads=options.get("threads", 2))
    rules = [rule for rule in load_rules(content_root()) if rule.head.status == "active" and rule.id in RULES]
    if without := set(RULES) - {rule.id for rule in rules}:
        raise SystemExit(f"benchmarks: twins in pandas without an active rule: {sorted(without)}")
    touch(con, None)
    runs = watch.timed("duckdb", lambda: screen(con, rules, night="benchmark"))
    failed = {run.rule_id: run.error for run in runs if run.error}
    if failed:
        raise SystemExit(f"benchmarks: rules failed: {failed}")
    expected = expected_keys(con, {rule.id for rule in rules})
    tables = watch.timed("load", lambda: Tables(con, read_by(rules)))
    con.close()
    by_rule: dict[str, Any] = {}
    different: list[str] = []
    in_duckdb = {run.rule_id: run.seconds for run in runs}
    for rule in rules:
        numbers = Numbers({name: param.default for name, param in rule.head.params.items()})
        started = time.perf_counter()
        found = watch.timed("pandas", lambda rule=rule, numbers=numbers: RULES[rule.id](tables, numbers))
        seconds = time.perf_counter() - started
        by_rule[rule.id] = {"pandas": round(seconds, 3), "duckdb": round(in_duckdb[rule.id], 3), "findings": len(found)}
        if as_keys(found) != expected[rule.id]:
            differing = sorted(as_keys(found) ^ expected[rule.id])
            different.append(f"{rule.id}: {len(differing)} findings are not in both, e.g. {differing[:5]}")
    if different:
        raise SystemExit("benchmarks: " + "\n".join(different))
    return {
        "rules": len(rules),
        "findings": sum(map(len, expected.values())),
        "steps": watch.steps,
        "duckdb_seconds": round(watch.steps["duckdb"]["seconds"], 3),
        "pandas_seconds": round(watch.steps["pandas"]["seconds"], 3),
        "pandas_load_seconds": round(watch.steps["load"]["seconds"], 3),
        "by_rule": by_rule,
    }


def expected_keys(con: duckdb.DuckDBPyConnection, rule_ids: set[str]) -> dict[str, set[tuple[str, ...]]]:
    """Return what the rules' own SQL found, before suppressors: what a twin has to find too."""
    expected: dict[str, set[tuple[str, ...]]] = {rule_id: set() for rule_id in rule_ids}
    for table in ("finding", "suppressed_finding"):
        keys = f"SELECT source_id, setl_id, COALESCE(linked_setl_id, '') FROM audit.{table}"
        for source, *key in con.execute(keys).fetchall():
            if source in expected:
                expected[source].add(tuple(key))
    return expected


def read_by(rules: Iterable[Any]) -> frozenset[str]:
    """Return the logical tables that the rules read, themselves or through a feature."""
    return frozenset(
        table for rule in rules for table in (*rule.head.reads, *(t for f in rule.features for t in f.reads))
    )


def as_keys(found: pd.DataFrame) -> set[tuple[str, ...]]:
    """Return the findings as pairs; the second is empty where only one settlement is concerned."""
    return {(*(value if isinstance(value, str) else "" for value in row), "")[:2] for row in found.to_numpy()}


class Tables:
    """What the rules read, in memory: ``tables.fee_line`` and so on are frames that ``make`` makes of Arrow tables."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        wanted: frozenset[str],
        make: Callable[[Any], Any] = lambda table: table.to_pandas(),
    ) -> None:
        from lianshen.rules.tables import LOGICAL

        for name, (place, kind) in LOGICAL.items():
            if name not in wanted or kind == "feature":
                continue
            where = " WHERE counts" if name == "settlement" else ""
            scaled, kept = SCALED.get(name, {}), KEPT.get(name)
            read = []
            for column, sql_type, *_ in con.execute(f"DESCRIBE {place}").fetchall():
                if column in scaled:
                    read.append(f"CAST({column} * {scaled[column]} AS BIGINT) AS {column}")
                elif kept is None or column in kept:
                    # A date would become a Python object, which pandas compares one by one.
                    read.append(f"CAST({column} AS TIMESTAMP) AS {column}" if sql_type == "DATE" else column)
            table = con.execute(f"SELECT {', '.join(read)} FROM {place}{where}").to_arrow_table()
            setattr(self, name, make(table))
