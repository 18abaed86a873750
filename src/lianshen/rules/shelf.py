"""What rules read in a night: tables narrowed to a scope, copied once and only when a rule asks, shown as views."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from lianshen.rules.document import Rule
from lianshen.rules.engines import narrowed
from lianshen.rules.tables import FEATURES, LOGICAL, SHOWN

KEYS = frozenset({"setl_id", "mdtrt_id", "person", "bkkp_sn", "fee_date"})
"""Columns that the engine itself needs, whether or not a rule names them."""


class Shelf:
    """Materialises what rules read; a subclass says by which scope, and what the scope is."""

    def __init__(self, con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
        self._con = con
        self._rules = rules
        self._features = {feature.name: feature for rule in rules for feature in rule.features}
        self._rows: dict[str, int] = {}
        self._views: dict[str, str] = {}

    def scope_of(self, rule: Rule) -> str:
        """Return the name of the scope that the rule reads."""
        raise NotImplementedError

    def bound(self, name: str, scope: str) -> str | None:
        """Return the condition on a row ``r`` that narrows a table; None where it is shown as it lies."""
        raise NotImplementedError

    def define(self, rule: Rule) -> int:
        """Let the rule's tables stand for what it may read; return how many copied rows that is."""
        scope = self.scope_of(rule)
        # A feature lets the tables stand for what it reads itself: all of them first, then the rule's own.
        sources = {name: self._materialised(name, scope) for name in rule.head.reads}
        for name, source in sources.items():
            by_line = name in {"fee_line", *FEATURES} and rule.head.dated_by == "fee_date"
            self._view(name, source + (f" WHERE {narrowed(rule, 'fee_date')}" if by_line else ""))
        return sum(self._rows.get(source, 0) for source in sources.values())

    def _view(self, name: str, source: str) -> None:
        if self._views.get(name) != source:
            self._con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {source}")
            self._views[name] = source

    def _materialised(self, name: str, scope: str) -> str:
        """Return what a table is read from: the copy of the scope, or the place where it lies."""
        place, kind = LOGICAL[name]
        table = f"screened_{scope}_{name}"
        if table in self._rows:
            return table
        if kind == "feature":
            for read in self._features[name].reads:
                self._view(read, self._materialised(read, scope))
            self._make(table, self._features[name].sql())
            return table
        condition = self.bound(name, scope)
        if condition is None:
            return f"{place} AS r WHERE {SHOWN[name]}" if name in SHOWN else place
        shown = f" AND {SHOWN[name]}" if name in SHOWN else ""
        columns = ", ".join(f"r.{column}" for column in self._used(name, scope))
        self._make(table, f"SELECT {columns} FROM {place} AS r WHERE ({condition}){shown}")
        return table

    def _make(self, table: str, select: str) -> None:
        made = self._con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {select}").fetchone()
        self._rows[table] = int(made[0]) if made else 0

    def readers(self, name: str) -> list[Rule]:
        """Return the rules that read a table, themselves or through a feature."""
        return [rule for rule in self._rules if name in rule.head.reads or any(name in f.reads for f in rule.features)]

    def _used(self, name: str, scope: str) -> list[str]:
        """Return the columns of a table that rules of the scope name: copying all takes three times as long."""
        columns = [str(column[0]) for column in self._con.execute(f"DESCRIBE {LOGICAL[name][0]}").fetchall()]
        readers = [rule for rule in self.readers(name) if self.scope_of(rule) == scope]
        if any(name in rule.taken_whole for rule in readers):
            return columns
        through = (feature.named_columns for feature in self._features.values())
        named = KEYS.union(*(rule.named_columns for rule in readers), *through)
        return [column for column in columns if column in named]

    def drop(self) -> None:
        """Remove the night's temporary views and tables."""
        for name in self._views:
            self._con.execute(f"DROP VIEW IF EXISTS temp.{name}")
        for table in self._rows:
            self._con.execute(f"DROP TABLE temp.{table}")
