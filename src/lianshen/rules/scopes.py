"""The rows that rules read in a night: the touched settlements, and the touched persons' history."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from sqlglot import exp

from lianshen.rules.document import Rule
from lianshen.rules.engines import narrowed
from lianshen.rules.tables import FEATURES, LOGICAL, SHOWN
from lianshen.warehouse.partners import LINKED_TABLES, LINKING, partners_sql

OWN, HISTORY = "own", "history"
KEYS = frozenset({"setl_id", "mdtrt_id", "person", "bkkp_sn", "fee_date"})
"""Columns that the engine itself needs, whether or not a rule names them."""


class Scopes:
    """Materialises what rules read, once and only when asked; says which settlements each look-back affects."""

    def __init__(self, con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
        """Fill the table ``affected``: per look-back in days, the settlements whose findings the night says anew."""
        self._con = con
        self._rules = rules
        self._features = {feature.name: feature for rule in rules for feature in rule.features}
        self._rows: dict[str, int] = {}
        self._views: dict[str, str] = {}
        look_backs = sorted({0, *(rule.head.look_back_days or 0 for rule in rules)})
        longest = look_backs[-1]
        con.execute(
            "CREATE OR REPLACE TEMP TABLE scope_own AS "
            "SELECT s.setl_id, s.mdtrt_id, s.person, s.psn_no FROM mart.settlement AS s "
            "SEMI JOIN work.touched_settlement AS t ON s.setl_id = t.setl_id WHERE s.counts"
        )
        con.execute(
            "CREATE OR REPLACE TEMP TABLE scope_history AS "
            "SELECT s.setl_id, s.mdtrt_id, s.person, s.psn_no, s.begndate, s.enddate, p.first_date, p.last_date "
            "FROM mart.settlement AS s INNER JOIN work.touched_person AS p ON s.person = p.person WHERE s.counts "
            f"AND s.enddate >= p.first_date - {2 * longest} AND s.begndate <= p.last_date + {2 * longest}"
        )
        affected = [
            f"SELECT {days} AS days, setl_id FROM work.touched_settlement UNION "
            f"SELECT {days}, setl_id FROM scope_history "
            f"WHERE {days} > 0 AND enddate >= first_date - {days} AND begndate <= last_date + {days}"
            for days in look_backs
        ]
        con.execute(f"CREATE OR REPLACE TEMP TABLE affected AS {' UNION ALL '.join(f'({one})' for one in affected)}")
        for scope in (OWN, HISTORY):
            if any(_scope(rule) == scope and _compares_persons(rule) for rule in rules):
                self._add_partners(scope)

    def _add_partners(self, scope: str) -> None:
        """Let rules read what the settlements of the scope share with others; these are not said anew for that."""
        dates = ", s.begndate, s.enddate, s.begndate, s.enddate" if scope == HISTORY else ""
        shared = partners_sql(self._con, f"SELECT setl_id FROM scope_{scope}")
        self._con.execute(
            f"INSERT INTO scope_{scope} SELECT s.setl_id, s.mdtrt_id, s.person, s.psn_no{dates} "
            f"FROM mart.settlement AS s SEMI JOIN ({shared}) AS p ON s.setl_id = p.setl_id "
            f"ANTI JOIN scope_{scope} AS h ON s.setl_id = h.setl_id WHERE s.counts"
        )

    def define(self, rule: Rule) -> int:
        """Let the rule's tables stand for what it may read; return how many rows that is."""
        scope = _scope(rule)
        rows = 0
        # A feature lets the tables stand for what it reads itself: all of them first, then the rule's own.
        sources = {name: self._materialised(name, scope) for name in rule.head.reads}
        for name, source in sources.items():
            rows += self._rows.get(source, 0)
            by_line = name in {"fee_line", *FEATURES} and rule.head.dated_by == "fee_date"
            self._view(name, f"SELECT * FROM {source}" + (f" WHERE {narrowed(rule, 'fee_date')}" if by_line else ""))
        return rows

    def _view(self, name: str, select: str) -> None:
        if self._views.get(name) != select:
            self._con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {select}")
            self._views[name] = select

    def _materialised(self, name: str, scope: str) -> str:
        place, kind = LOGICAL[name]
        if kind == "shared":
            return place
        table = f"screened_{scope}_{name}"
        if kind == "feature" and table not in self._rows:
            feature = self._features[name]
            for read in feature.reads:
                self._view(read, f"SELECT * FROM {self._materialised(read, scope)}")
            self._make(table, feature.sql())
        if table not in self._rows:
            shown = f" AND {SHOWN[name]}" if name in SHOWN else ""
            self._make(
                table,
                f"SELECT {self._used(name, scope)} FROM {place} AS r "
                f"WHERE ({_bound(kind, scope, self._reach(name))}){shown}",
            )
        return table

    def _make(self, table: str, select: str) -> None:
        made = self._con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {select}").fetchone()
        self._rows[table] = int(made[0]) if made else 0

    def _reach(self, name: str) -> int:
        """Return how many days of history the table needs: one rule's long look-back is no other table's burden."""
        return 2 * max((rule.head.look_back_days or 0 for rule in self._readers(name)), default=0)

    def _readers(self, name: str) -> list[Rule]:
        """Return the rules that read a table, themselves or through a feature."""
        return [rule for rule in self._rules if name in rule.head.reads or any(name in f.reads for f in rule.features)]

    def _used(self, name: str, scope: str) -> str:
        """Return the columns of a table that rules of the scope name: copying all takes three times as long."""
        readers = [rule for rule in self._readers(name) if _scope(rule) == scope]
        if any(_takes_all(rule.query, name) for rule in readers):
            return "r.*"
        named = KEYS.union(
            *(rule.named_columns for rule in readers), *(f.named_columns for f in self._features.values())
        )
        columns = self._con.execute(f"DESCRIBE {LOGICAL[name][0]}").fetchall()
        return ", ".join(f"r.{column[0]}" for column in columns if column[0] in named)

    def drop(self) -> None:
        """Remove the night's temporary views and tables."""
        for name in self._views:
            self._con.execute(f"DROP VIEW IF EXISTS temp.{name}")
        for table in [*self._rows, "scope_own", "scope_history", "affected"]:
            self._con.execute(f"DROP TABLE temp.{table}")


def _bound(kind: str, scope: str, reach: int) -> str:
    """Return the condition that narrows a table to a scope, ``reach`` days around what was touched."""
    if kind == "header":
        # Reversals and what they reverse are no part of the scopes, which hold what counts.
        touched = "SELECT t.setl_id FROM work.touched_settlement AS t"
        own = f"r.setl_id IN ({touched}) OR r.init_setl_id IN ({touched})"
        return own if scope == OWN else f"{own} OR r.person IN (SELECT p.person FROM work.touched_person AS p)"
    key = {"person": "person", "number": "psn_no", "visit": "mdtrt_id"}.get(kind, "setl_id")
    near = f" WHERE s.enddate >= s.first_date - {reach} AND s.begndate <= s.last_date + {reach}"
    return f"r.{key} IN (SELECT s.{key} FROM scope_{scope} AS s{near if scope == HISTORY else ''})"


def _scope(rule: Rule) -> str:
    return OWN if rule.head.look_back_days is None else HISTORY


def _compares_persons(rule: Rule) -> bool:
    return bool(rule.named_columns & LINKING) and not rule.tables.isdisjoint(LINKED_TABLES)


def _takes_all(query: exp.Expression, name: str) -> bool:
    """Say whether a ``*`` of the query stands for the columns of the table ``name`` itself."""
    for star in query.find_all(exp.Star):
        select = star.find_ancestor(exp.Select)
        if select is None or not isinstance(star.parent, exp.Select | exp.Column):
            continue
        alias = star.parent.table if isinstance(star.parent, exp.Column) else ""
        if any(
            table.name == name and alias in ("", table.alias_or_name)
            for table in select.find_all(exp.Table)
            if table.find_ancestor(exp.Select) is select
        ):
            return True
    return False
