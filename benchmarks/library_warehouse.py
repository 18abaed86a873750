"""The warehouse that the whole rule library is measured on: an ordinary province, once and many times over.

A province of about a million fee lines goes through the ordinary steps, once. Larger warehouses are that province
beside copies of itself: the same nights and the same catalogue, but other people, visits, institutions and doctors, so
that no copy touches another. They hold only what rules read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from benchmarks.measure import Watch

BASE_LINES = 1_000_000
NIGHTS = 8


def make_base(home: Path, landing: Path, threads: int, memory_limit: str) -> dict[str, Any]:
    """Receive, check, settle in, derive and recompute every night of the province, then screen it as a night does."""
    from lianshen.config import Settings
    from lianshen_flows import steps

    watch = Watch()
    settings = Settings(home=home, landing=landing, threads=threads, memory_limit=memory_limit)
    with steps.open_workshop(settings) as workshop:
        packages = steps.all_packages(workshop)
        for package in packages:
            staged = watch.do(steps.receive, workshop, package)
            watch.do(steps.check, workshop, staged)
            watch.do(steps.settle_in, workshop, staged)
        watch.do(steps.look_again, workshop)
        watch.do(steps.recompute_settlements, workshop)
        watch.do(steps.balance_books, workshop, [package.name for package in packages])
        watch.do(steps.mirror_cases, workshop)
        runs = watch.do(steps.screen, workshop, "benchmark")
    failed = {run.rule_id: run.error for run in runs if run.error}
    return {"steps": watch.steps, "findings": sum(run.findings for run in runs), "failed": failed}


KEYS = frozenset({
    "setl_id", "init_setl_id", "mdtrt_id", "refl_old_mdtrt_id", "bkkp_sn", "feedetl_sn", "init_feedetl_sn", "psn_no",
    "person", "psn_insu_rlts_id", "certno_hash", "psn_name_hash", "mdtrt_cert_no_hash", "hsecfc_hash",
    "live_addr_hash", "medins_setl_id", "invono", "emp_no", "opter_id", "fixmedins_code", "medins_code", "dr_code",
    "main_pracins_no", "chfpdr_code", "diag_dr_code", "oper_dr_code", "anst_dr_code", "bilg_dr_codg",
    "orders_dr_code", "rx_drord_no", "rxno", "chrg_bchno", "drug_trac_codg", "setl_list_id", "medcasno",
    "invchg_sn", "rtal_docno", "clr_appy_evt_id", "req_id", "case_id", "obj_id", "batch_id", "agent_code",
    "trt_dcla_detl_sn", "filing_id", "evtsn", "trafout_fixmedins_code", "reflin_medins_no", "ide_fixmedins_no",
    "manl_claim_no", "msgid", "review_id", "ipt_otp_no", "medrcdno",
})  # fmt: skip
"""Columns whose values each copy has for itself."""
OUTSIDE_LANDED = ("mart.settlement", "mart.reversed_line", "audit.recomputed", "audit.line_difference")
ONCE = ("work.policy_value", "intake.package")
# Rows of a region name no institution; there is one of each however many copies share the region.
_OF_ALL = {"outage_d": "fixmedins_code IS NOT NULL"}
_SET_ASIDE = """
    SELECT table_name, package, file, row_no, primary_key || $mark AS primary_key,
        CAST(json_merge_patch(raw, json_object('setl_id', json_extract_string(raw, '$.setl_id') || $mark,
            'fixmedins_code', json_extract_string(raw, '$.fixmedins_code') || $mark)) AS VARCHAR) AS raw, is_stopped
    FROM base.intake.quarantine_row
"""


def multiply(
    base: Path, into: Path, copies: int, memory_limit: str, more: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Write a warehouse of ``copies`` provinces to ``into``, copy after copy; return what it cost.

    Of the fee lines only the columns are kept that a rule, a feature or a suppressor names, or the marts need, and
    those in ``more``.
    """
    from lianshen.warehouse.schema import landed_tables

    for old in (into, into.with_name(into.name + ".wal")):
        old.unlink(missing_ok=True)
    watch = Watch()
    with duckdb.connect(str(into)) as con:
        con.execute("SET preserve_insertion_order = FALSE")
        con.execute("SET memory_limit = ?", [memory_limit])
        con.execute(f"ATTACH '{base}' AS base (READ_ONLY)")
        for schema in ("settled", "mart", "audit", "work", "intake"):
            con.execute(f"CREATE SCHEMA {schema}")
        landed = {f"settled.{name}": [column for column, _ in spec.stored] for name, spec in landed_tables().items()}
        places = {**landed, **{place: _columns(con, place) for place in OUTSIDE_LANDED}}
        for place in ONCE:
            con.execute(f"CREATE TABLE {place} AS FROM base.{place}")
        needed = named_columns() | more | {"setl_id", "bkkp_sn", "mdtrt_id", "feedetl_sn", "fee_ocur_time", "vali_flag"}
        for number in range(copies):
            watch.timed("copy", lambda number=number: _copy(con, places, needed, number))
            con.execute("CHECKPOINT")
    return {"steps": watch.steps, "megabytes": into.stat().st_size / 1e6}


def mark(number: int) -> str:
    """Return what ends every key of a copy."""
    return f"~{number:03d}"


def _columns(con: duckdb.DuckDBPyConnection, place: str) -> list[str]:
    return [str(row[0]) for row in con.execute(f"DESCRIBE base.{place}").fetchall()]


def _copy(con: duckdb.DuckDBPyConnection, places: dict[str, list[str]], needed: frozenset[str], number: int) -> None:
    for place, columns in places.items():
        table = place.split(".")[1]
        own = KEYS.intersection(columns)
        if number and not own:
            continue
        where = f" WHERE {_OF_ALL[table]}" if number and table in _OF_ALL else ""
        selected = []
        for column in columns:
            value = f"{column} || '{mark(number)}'" if column in KEYS else column
            if table == "fee_list_d" and column not in needed:
                value = f"CASE WHEN FALSE THEN {column} END"
            selected.append(f"{value} AS {column}")
        verb = f"INSERT INTO {place} BY NAME" if number else f"CREATE TABLE {place} AS"
        con.execute(f"{verb} SELECT {', '.join(selected)} FROM base.{place}{where}")
    verb = "INSERT INTO intake.quarantine_row BY NAME" if number else "CREATE TABLE intake.quarantine_row AS"
    con.execute(f"{verb} {_SET_ASIDE.replace('$mark', repr(mark(number)))}")


def named_columns() -> frozenset[str]:
    """Return every column that an active rule, a feature or a suppressor of it names."""
    from sqlglot import exp

    from lianshen.content import content_root
    from lianshen.rules import load_rules

    rules = [rule for rule in load_rules(content_root()) if rule.head.status == "active"]
    named: frozenset[str] = frozenset()
    for rule in rules:
        named |= rule.named_columns
        for feature in rule.features:
            named |= feature.named_columns
        for suppressor in rule.suppressors:
            named |= {column.name for column in suppressor.query.find_all(exp.Column)}
    return named
