"""Take away what suppressors excuse: rows that rules found, before they become findings.

Suppressors read only the settlements that rules naming them have found something about, and those linked to them, so
that they cost little however much a night touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from lianshen.rules.document import Rule
from lianshen.rules.suppressor import SuppressorRule
from lianshen.rules.tables import LOGICAL, SHOWN

_KEYS = {"subject": "setl_id", "line": "setl_id", "visit": "mdtrt_id", "person": "person", "number": "psn_no"}


def suppress(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> dict[str, str]:
    """Set ``suppressor`` and ``reason`` of the rows of ``found_line`` that a suppressor named by their rule excuses.

    Of several the first by code counts. Returns the error of each suppressor that failed: nothing can be said of the
    rules that name it.
    """
    named = {one.code: one for rule in rules for one in rule.suppressors if one.head.about != "finding"}
    if not named:
        return {}
    ids = {code: [rule.id for rule in rules if code in rule.head.suppressors] for code in named}
    _list_suspects(con, sorted({rule_id for of in ids.values() for rule_id in of}))
    failed: dict[str, str] = {}
    made: set[str] = set()
    for code in sorted(named):
        try:
            _define(con, named[code], made)
            _apply(con, named[code], ids[code])
        except duckdb.Error as failure:
            failed[code] = f"suppressor {code}: {str(failure).strip()}"
    for name in {name for one in named.values() for name in one.head.reads}:
        con.execute(f"DROP VIEW IF EXISTS temp.{name}")
    for table in [*made, "suspect"]:
        con.execute(f"DROP TABLE temp.{table}")
    con.execute("DROP TABLE IF EXISTS temp.excused")
    return failed


def _list_suspects(con: duckdb.DuckDBPyConnection, rule_ids: list[str]) -> None:
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE suspect AS
        SELECT s.setl_id, s.mdtrt_id, s.person, s.psn_no FROM mart.settlement AS s
        SEMI JOIN (
            SELECT setl_id FROM found_line WHERE list_contains($1, source_id)
            UNION
            SELECT linked_setl_id FROM found_line WHERE list_contains($1, source_id)
        ) AS f ON s.setl_id = f.setl_id
        """,
        [rule_ids],
    )


def _define(con: duckdb.DuckDBPyConnection, one: SuppressorRule, made: set[str]) -> None:
    """Let the suppressor's tables stand for what concerns the suspects."""
    for name in one.head.reads:
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT r.* FROM {_source(con, name, made)} AS r")


def _source(con: duckdb.DuckDBPyConnection, name: str, made: set[str]) -> str:
    place, kind = LOGICAL[name]
    if kind not in _KEYS:
        return place
    table = f"suspect_{name}"
    if table not in made:
        key = _KEYS[kind]
        shown = f" AND {SHOWN[name]}" if name in SHOWN else ""
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT r.* FROM {place} AS r "
            f"WHERE r.{key} IN (SELECT {key} FROM suspect){shown}"
        )
        made.add(table)
    return table


def _apply(con: duckdb.DuckDBPyConnection, one: SuppressorRule, rule_ids: Iterable[str]) -> None:
    keys = ", ".join(one.head.key_columns)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE excused AS "
        f"SELECT {keys}, MIN(reason) AS reason FROM ({one.duckdb_sql}) GROUP BY {keys}",
        one.arguments(),
    )
    same = " AND ".join(f"f.{key} = e.{key}" for key in one.head.key_columns)
    for condition in [same, *(["f.linked_setl_id = e.setl_id"] if one.head.linked else [])]:
        con.execute(
            f"UPDATE found_line AS f SET suppressor = '{one.code}', reason = e.reason FROM excused AS e "
            f"WHERE f.suppressor IS NULL AND {condition} AND list_contains(?, f.source_id)",
            [list(rule_ids)],
        )
