"""The whole active rule library over a warehouse, all or some copies touched, beside one scan of what it reads."""

from __future__ import annotations

import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.library_warehouse import mark
from benchmarks.measure import Watch

REPEATS = 3
_SCANNED = ("mart", "settled", "audit", "intake", "work")


def screen_library(warehouse: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Screen with every active rule: all at once, or the lists of copies in ``slices`` one after the other."""
    from lianshen.content import content_root
    from lianshen.rules import load_rules, screen
    from lianshen.warehouse.rehearsal import open_rehearsal

    watch = Watch()
    rules = [rule for rule in load_rules(content_root()) if rule.head.status == "active"]
    con = open_rehearsal(warehouse, memory_limit=options["memory_limit"], threads=options["threads"])
    slices: list[list[int] | None] = options.get("slices") or [None]
    by_rule: dict[str, float] = defaultdict(float)
    failed: dict[str, str] = {}
    findings: dict[str, int] = defaultdict(int)
    suppressed = touched = done = 0
    for copies in slices:
        if watch.steps.get("screen", {}).get("seconds", 0) > options.get("at_most_seconds", float("inf")):
            break
        done += 1
        touched += watch.timed("touch", lambda copies=copies: touch(con, copies))
        runs = watch.timed("screen", lambda: screen(con, rules, night="benchmark"))
        for run in runs:
            by_rule[run.rule_id] += run.seconds
            findings[run.rule_id] += run.findings
            suppressed += run.suppressed
            if run.error:
                failed[run.rule_id] = run.error
        print(f"{watch.steps['screen']['seconds']:.0f} s, {touched:,} settlements", flush=True)
    lines = con.execute("SELECT COUNT(*) FROM settled.fee_list_d").fetchone()
    con.close()
    return {
        "steps": watch.steps,
        "rules": len(rules),
        "lines": lines[0] if lines else 0,
        "settlements": touched,
        "slices": len(slices),
        "slices_done": done,
        "findings": sum(findings.values()),
        "suppressed": suppressed,
        "failed": failed,
        "by_rule": dict(sorted(((r, round(s, 3)) for r, s in by_rule.items()), key=lambda one: -one[1])),
        "findings_by_rule": {rule: count for rule, count in findings.items() if count},
    }


def touch(con: duckdb.DuckDBPyConnection, copies: list[int] | None) -> int:
    """Have the next screening look at the settlements of these copies, or at all; return how many there are."""
    ours = "TRUE"
    if copies is not None:
        ours = f"RIGHT(s.setl_id, 4) IN ({', '.join(repr(mark(number)) for number in copies)})"
    for table in ("touched_settlement", "touched_person", "touched_institution", "dirty_settlement"):
        con.execute(f"DELETE FROM work.{table}")
    made = con.execute(
        f"INSERT INTO work.touched_settlement SELECT s.setl_id FROM mart.settlement AS s WHERE {ours}"
    ).fetchone()
    con.execute(
        "INSERT INTO work.touched_person SELECT s.person, MIN(s.begndate), MAX(s.enddate) "
        f"FROM mart.settlement AS s WHERE {ours} GROUP BY s.person"
    )
    con.execute(
        "INSERT INTO work.touched_institution SELECT s.fixmedins_code, STRFTIME(s.setl_date, '%Y-%m') AS month, "
        f"MIN(s.setl_date), MAX(s.setl_date) FROM mart.settlement AS s WHERE {ours} GROUP BY s.fixmedins_code, month"
    )
    moved = ours.replace("setl_id", "fixmedins_code")
    con.execute(
        "INSERT INTO work.touched_institution SELECT s.fixmedins_code, STRFTIME(s.inv_chg_time, '%Y-%m') AS month, "
        "CAST(MIN(s.inv_chg_time) AS DATE), CAST(MAX(s.inv_chg_time) AS DATE) FROM settled.invchg_d AS s "
        f"WHERE {moved} GROUP BY s.fixmedins_code, month ON CONFLICT (fixmedins_code, month) DO UPDATE SET "
        "first_date = LEAST(first_date, EXCLUDED.first_date), last_date = GREATEST(last_date, EXCLUDED.last_date)"
    )
    return int(made[0]) if made else 0


def scan_library(warehouse: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Return the median cost of one scan of every table that rules read, in the columns that they name.

    Count, least and most of each column; the view of the fee lines counts as the table under it.
    """
    named = _columns_read()
    costs = []
    columns = 0
    with duckdb.connect(str(warehouse), read_only=True) as con:
        con.execute("SET threads = ?", [options["threads"]])
        con.execute("SET memory_limit = ?", [options["memory_limit"]])
        queries = []
        for place, names in sorted(named.items()):
            schema, table = place.split(".")
            there = con.execute(
                "SELECT column_name FROM duckdb_columns() WHERE database_name = current_database() "
                "AND schema_name = ? AND table_name = ?",
                [schema, table],
            ).fetchall()
            kept = [row[0] for row in there if row[0] in names]
            if kept:
                columns += len(kept)
                sums = ", ".join(f"COUNT({name}), MIN({name}), MAX({name})" for name in kept)
                queries.append(f"SELECT {sums} FROM {place}")
        for _ in range(options.get("repeats", REPEATS)):
            watch = Watch()
            for query in queries:
                watch.timed("scan", lambda query=query: con.execute(query).fetchall())
            costs.append(watch.steps["scan"])
    return {
        "seconds": statistics.median(cost["seconds"] for cost in costs),
        "cpu_seconds": statistics.median(cost["cpu_seconds"] for cost in costs),
        "columns": columns,
        "tables": len(queries),
    }


def _columns_read() -> dict[str, set[str]]:
    """Return the places of the tables that active rules read, with the columns that these rules name."""
    from lianshen.content import content_root
    from lianshen.rules import load_rules
    from lianshen.rules.tables import LOGICAL

    named: dict[str, set[str]] = defaultdict(set)
    for rule in load_rules(content_root()):
        if rule.head.status != "active":
            continue
        for reader in (rule, *rule.features):
            tables = rule.head.reads if reader is rule else reader.reads
            for table in tables:
                place = LOGICAL[table][0]
                if place.split(".")[0] in _SCANNED:
                    named[place] |= set(reader.named_columns)
    lines = named.pop("mart.fee_line", set())
    if "fee_date" in lines:
        lines |= {"fee_ocur_time"}
    named["settled.fee_list_d"] |= lines
    return named
