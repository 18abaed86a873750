"""Daily reconciliation (日对账): what institutions and partners state, against what the centre holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import duckdb

from lianshen.warehouse.tables import transaction

NOT_DUE_WITHIN = timedelta(days=31)

QUIET = frozenset({"BALANCED", "NOT_DUE"})
"""Classes that ask nothing of anybody."""

_CHECKS = {
    "statement": ("statement_check", "statement_difference", "to_date >= $since AND from_date <= $until"),
    "detail": ("detail_check", "detail_difference", "COALESCE(setl_date, stated_on) BETWEEN $since AND $until"),
    "partner": ("partner_check", "partner_difference", "COALESCE(setl_date, stated_on) BETWEEN $since AND $until"),
}


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """One treating agency's institutions in a reconciliation; amounts in yuan."""

    agency: str | None
    statements: int
    balanced: int
    not_due: int
    missing: int
    differing: int
    fund_off: Decimal
    agency_disagrees: int


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many statements, details and partner records fell into each class, and the agencies one by one."""

    since: date
    until: date
    statements: dict[str, int]
    details: dict[str, int]
    partners: dict[str, int]
    agencies: tuple[AgencyRow, ...]

    @property
    def open_items(self) -> int:
        """Return how many rows ask for something."""
        classes = (self.statements, self.details, self.partners)
        return sum(count for found in classes for name, count in found.items() if name not in QUIET)


def reconcile(con: duckdb.DuckDBPyConnection, since: date | None = None, until: date | None = None) -> Reconciled:
    """Compare all statements, detail files and partner records of the days, and replace their rows in the checks.

    Without dates, everything. The same rows give the same result, whenever they arrived; a statement that covers
    several days is compared as a whole when any of them is asked for. All or nothing is written.
    """
    first, last = since or date(1900, 1, 1), until or date(9999, 12, 31)
    days = {"since": first, "until": last}
    counts: dict[str, dict[str, int]] = {}
    with transaction(con):
        for name, (table, view, within) in _CHECKS.items():
            con.execute(f"DELETE FROM clearing.{table} WHERE {within}", days)
            con.execute(f"INSERT INTO clearing.{table} BY NAME SELECT * FROM clearing.{view} WHERE {within}", days)
            counts[name] = dict(
                con.execute(
                    f"SELECT class, COUNT(*) FROM clearing.{table} WHERE {within} GROUP BY class ORDER BY class", days
                ).fetchall()
            )
        rows = con.execute(_BY_AGENCY, days).fetchall()
    return Reconciled(
        first, last, counts["statement"], counts["detail"], counts["partner"], tuple(AgencyRow(*row) for row in rows)
    )


_FIRST_DAY = """
SELECT MIN(day)
FROM (
    SELECT MIN(s.setl_date) AS day
    FROM mart.settlement AS s SEMI JOIN work.touched_settlement AS t ON s.setl_id = t.setl_id
    UNION ALL
    SELECT MIN(stmt_begndate) FROM settled.stmt_d WHERE _package IN (SELECT UNNEST($packages))
    UNION ALL
    SELECT MIN(stmt_date) FROM settled.tri_stmt_d WHERE _package IN (SELECT UNNEST($packages))
    UNION ALL
    SELECT MIN(CAST(updt_time AS DATE)) FROM settled.stmt_detl_d WHERE _package IN (SELECT UNNEST($packages))
    UNION ALL
    SELECT MIN(business_date) FROM intake.package WHERE package IN (SELECT UNNEST($packages))
) AS each_table
"""


def first_day(con: duckdb.DuckDBPyConnection, packages: Sequence[str]) -> date | None:
    """Return the earliest day that ``packages``, or what they touched, may have changed; None where none is named.

    A month is added before it: a record that was not due then may be now.
    """
    row = con.execute(_FIRST_DAY, {"packages": list(packages)}).fetchone() if packages else None
    return row[0] - NOT_DUE_WITHIN if row and row[0] else None


_BY_AGENCY = """
SELECT
    treating_agency,
    COUNT(stated_count),
    COUNT_IF(class = 'BALANCED'),
    COUNT_IF(class = 'NOT_DUE'),
    COUNT_IF(class = 'MISSING_STATEMENT'),
    COUNT_IF(class IN ('SET_ASIDE', 'COUNT', 'TOTAL', 'FUND', 'ACCOUNT')),
    COALESCE(SUM(ABS(COALESCE(stated_fund, 0) - held_fund)) FILTER (class <> 'NOT_DUE'), 0),
    COUNT(*) FILTER (agency_agrees = FALSE)
FROM clearing.statement_check
WHERE to_date >= $since AND from_date <= $until
GROUP BY treating_agency
ORDER BY treating_agency NULLS LAST
"""
