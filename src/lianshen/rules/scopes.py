"""The rows that rules read in a night: the touched settlements, and the touched persons' history."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from lianshen.rules.document import Rule
from lianshen.rules.shelf import Shelf
from lianshen.rules.tables import LOGICAL
from lianshen.warehouse.partners import LINKED_TABLES, LINKING, partners_sql

OWN, HISTORY = "own", "history"


class Scopes(Shelf):
    """Materialises what rules read, once and only when asked; says which settlements each look-back affects."""

    def __init__(self, con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
        """Fill the table ``affected``: per look-back in days, the settlements whose findings the night says anew."""
        super().__init__(con, rules)
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
            if any(self.scope_of(rule) == scope and _compares_persons(rule) for rule in rules):
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

    def scope_of(self, rule: Rule) -> str:
        return OWN if rule.head.look_back_days is None else HISTORY

    def bound(self, name: str, scope: str) -> str | None:
        kind = LOGICAL[name][1]
        return None if kind == "shared" else _bound(kind, scope, self._reach(name))

    def _reach(self, name: str) -> int:
        """Return how many days of history the table needs: one rule's long look-back is no other table's burden."""
        return 2 * max((rule.head.look_back_days or 0 for rule in self.readers(name)), default=0)

    def drop(self) -> None:
        """Remove the night's temporary views and tables."""
        super().drop()
        for table in ("scope_own", "scope_history", "affected"):
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


def _compares_persons(rule: Rule) -> bool:
    return bool(rule.named_columns & LINKING) and not rule.tables.isdisjoint(LINKED_TABLES)
