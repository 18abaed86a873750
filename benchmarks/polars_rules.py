"""The same representative twenty rules in polars' lazy expressions: each rule is one plan that is collected once.

Amounts, quantities and prices are the whole numbers of ``pandas_rules``, so that all three compare the same. The tables
are in memory already, as they are for pandas.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks import polars_history_rules, polars_line_rules, polars_settlement_rules
from benchmarks.measure import Watch
from benchmarks.pandas_rules import Numbers, Tables, expected_keys, read_by

RULES: dict[str, Callable[[Any, Any], pl.LazyFrame]] = {
    **polars_line_rules.RULES,
    **polars_settlement_rules.RULES,
    **polars_history_rules.RULES,
}


def run_all(warehouse: Path, options: dict[str, Any] | None = None) -> dict[str, Any]:
    """Screen the whole warehouse with both, assert the same findings of each rule, return the cost."""
    from benchmarks.library_screen import touch
    from lianshen.content import content_root
    from lianshen.rules import load_rules, screen
    from lianshen.warehouse.rehearsal import open_rehearsal

    options = options or {}
    watch = Watch()
    con = open_rehearsal(warehouse, memory_limit=options.get("memory_limit", "4GB"), threads=options.get("threads", 2))
    rules = [rule for rule in load_rules(content_root()) if rule.head.status == "active" and rule.id in RULES]
    touch(con, None)
    watch.timed("duckdb", lambda: screen(con, rules, night="benchmark"))
    expected = expected_keys(con, {rule.id for rule in rules})
    tables = watch.timed("load", lambda: Tables(con, read_by(rules), lambda table: pl.DataFrame(table).lazy()))
    con.close()
    different: list[str] = []
    seconds: dict[str, float] = {}
    for rule in rules:
        numbers = Numbers({name: param.default for name, param in rule.head.params.items()})
        started = time.perf_counter()
        found = watch.timed("polars", lambda rule=rule, numbers=numbers: RULES[rule.id](tables, numbers).collect())
        seconds[rule.id] = round(time.perf_counter() - started, 3)
        keys = {(*(value or "" for value in row), "")[:2] for row in found.iter_rows()}
        if keys != expected[rule.id]:
            differing = sorted(keys ^ expected[rule.id])
            different.append(f"{rule.id}: {len(differing)} findings are not in both, e.g. {differing[:3]}")
    if different:
        raise SystemExit("benchmarks: " + "\n".join(different))
    return {
        "rules": len(rules),
        "findings": sum(map(len, expected.values())),
        "steps": watch.steps,
        "by_rule": dict(sorted(seconds.items(), key=lambda one: -one[1])),
    }
