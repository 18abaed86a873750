"""What rules about institutions read in a night: the touched institutions in and around their touched months.

What such a rule finds about a month rests on rows within its look-back of that month, so a row that came changes the
months within the look-back of its day, and no others.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from lianshen.rules.document import Rule
from lianshen.rules.shelf import Shelf
from lianshen.rules.tables import LOGICAL

WHOLE, INSTITUTION, PEERS = "whole", "institution", "peers"
_KEYS = {"visit": "mdtrt_id", "person": "person", "number": "psn_no"}
_OF_INSTITUTION = ("fixmedins_code", "medins_code")


class Months(Shelf):
    """Says which institutions and months the rules say anew, and narrows what they read to these."""

    def __init__(self, con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
        """Fill ``said_anew``: per rule, the institutions and months whose findings the night replaces."""
        super().__init__(con, rules)
        self._made: list[str] = []
        self._list_months()
        for scope in (INSTITUTION, PEERS):
            if any(self.scope_of(rule) == scope for rule in rules):
                self._list_settlements(scope)

    def scope_of(self, rule: Rule) -> str:
        if rule.head.look_back_days is None:
            return WHOLE
        return PEERS if rule.head.peers else INSTITUTION

    def bound(self, name: str, scope: str) -> str | None:
        place, kind = LOGICAL[name]
        if scope == WHOLE:
            return None
        if kind == "shared":
            named = [row[0] for row in self._con.execute(f"DESCRIBE {place}").fetchall()]
            column = next((column for column in _OF_INSTITUTION if column in named), None)
            if scope == PEERS or column is None:
                return None
            # A row that names no institution is about all of them: an outage of a region.
            return f"(r.{column} IS NULL OR r.{column} IN (SELECT w.fixmedins_code FROM window_{scope} AS w))"
        key = _KEYS.get(kind, "setl_id")
        return f"r.{key} IN (SELECT s.{key} FROM scope_{scope} AS s)"

    def define(self, rule: Rule) -> int:
        """Let the rule's tables stand for what it may read; return how many rows that is."""
        copied = super().define(rule)
        if self.scope_of(rule) != WHOLE:
            return copied
        counts = [self._con.execute(f"SELECT COUNT(*) FROM temp.{name}").fetchone() for name in rule.head.reads]
        return sum(int(count[0]) for count in counts if count)

    def restriction(self, rule: Rule) -> str:
        """Return the condition that keeps the findings ``r`` about institutions and months that are said anew."""
        if self.scope_of(rule) == WHOLE:
            return "TRUE"
        subject = "TRUE" if rule.head.peers else "m.fixmedins_code = r.subject_id"
        return (
            f"EXISTS (SELECT 1 FROM said_anew AS m WHERE m.source_id = '{rule.id}' "
            f"AND m.month = LEFT(r.period, 7) AND {subject})"
        )

    def has_work(self, rule: Rule) -> bool:
        """Say whether there is anything for the rule to look at."""
        if self.scope_of(rule) == WHOLE:
            return True
        found = self._con.execute("SELECT 1 FROM said_anew WHERE source_id = ? LIMIT 1", [rule.id]).fetchone()
        return found is not None

    def _list_months(self) -> None:
        self._temp("narrowed_rule", "SELECT '' AS source_id, 0 AS days, FALSE AS peers WHERE FALSE")
        narrowed = [rule for rule in self._rules if self.scope_of(rule) != WHOLE]
        if narrowed:
            self._con.executemany(
                "INSERT INTO narrowed_rule VALUES (?, ?, ?)",
                [(rule.id, rule.head.look_back_days, rule.head.peers) for rule in narrowed],
            )
        self._temp(
            "said_anew",
            """
            SELECT DISTINCT r.source_id, r.days, r.peers, t.fixmedins_code,
                UNNEST(GENERATE_SERIES(
                    DATE_TRUNC('month', t.first_date - r.days), DATE_TRUNC('month', t.last_date + r.days),
                    INTERVAL 1 MONTH
                )) AS begins,
                STRFTIME(begins, '%Y-%m') AS month
            FROM work.touched_institution AS t CROSS JOIN narrowed_rule AS r
            """,
        )

    def _list_settlements(self, scope: str) -> None:
        """Fill the settlements that rules of the scope read: of each institution, or of all, its months and around."""
        window = """
            SELECT {0} AS fixmedins_code, MIN(CAST(begins AS DATE) - days) AS first_date,
                MAX(CAST(begins + INTERVAL 1 MONTH AS DATE) - 1 + days) AS last_date
            FROM said_anew WHERE peers = {1} GROUP BY 1
        """
        one = scope == INSTITUTION
        self._temp(f"window_{scope}", window.format("fixmedins_code" if one else "'all'", not one))
        joined = "s.fixmedins_code = w.fixmedins_code AND" if one else ""
        self._temp(
            f"scope_{scope}",
            f"SELECT s.setl_id, s.mdtrt_id, s.person, s.psn_no FROM mart.settlement AS s "
            f"INNER JOIN window_{scope} AS w ON {joined} s.setl_date BETWEEN w.first_date AND w.last_date",
        )

    def _temp(self, table: str, select: str) -> None:
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {select}")
        self._made.append(table)

    def drop(self) -> None:
        """Remove the night's temporary views and tables."""
        super().drop()
        for table in self._made:
            self._con.execute(f"DROP TABLE temp.{table}")
