"""What a month carries between regions, and what each of them owes and is owed.

A month carries the difference between what should have been cleared of every settlement by its end and what earlier
months cleared of it. So a settlement that arrives late, is altered or withdrawn, or moves to another region is put
right by the next month to be closed, a reversal is a negative line of its own month, and a closed month stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from lianshen.clearing.months import Month
from lianshen.clearing.regions import NATIONAL_CENTRE

ZERO = Decimal("0.00")
CARRIED = ("clearing.cleared_settlement", "clearing.carried_deduction")
PENDING = ("temp.clearing_month", "temp.clearing_deduction")
"""The two tables that hold what months carried; of closed months, and of the one being worked out."""
PENDING_LINES = "temp.clearing_line"

_SETTLEMENTS = """
CREATE OR REPLACE TEMP TABLE clearing_month AS
WITH owed AS (
    SELECT * FROM clearing.settlement_fund WHERE setl_month = $month OR setl_month <= $closed
),

carried AS (
    SELECT
        setl_id, scope, insu_region, treat_region, fund_type,
        MIN(source_month) AS source_month, SUM(amount) AS amount
    FROM clearing.cleared_settlement
    WHERE month < $month
    GROUP BY ALL
),

difference AS (
    SELECT
        setl_id, scope, insu_region, treat_region, fund_type,
        COALESCE(o.setl_month, c.source_month) AS source_month,
        CAST(COALESCE(o.amount, 0) - COALESCE(c.amount, 0) AS DECIMAL(18, 2)) AS amount
    FROM owed AS o
    FULL OUTER JOIN carried AS c USING (setl_id, scope, insu_region, treat_region, fund_type)
)

SELECT
    CAST($month AS VARCHAR) AS month, setl_id, scope, insu_region, treat_region, fund_type, source_month,
    CASE WHEN source_month = $month THEN 'CURRENT' ELSE 'PRIOR' END AS kind,
    amount
FROM difference
WHERE amount <> 0
"""

_DEDUCTIONS = """
CREATE OR REPLACE TEMP TABLE clearing_deduction AS
WITH confirmed AS (
    SELECT * FROM clearing.region_deduction WHERE month = $month OR month <= $closed
),

carried AS (
    SELECT case_no, scope, insu_region, treat_region, MAX(source) AS source, SUM(amount) AS amount
    FROM clearing.carried_deduction
    WHERE month < $month
    GROUP BY ALL
),

difference AS (
    SELECT
        case_no, scope, insu_region, treat_region, COALESCE(d.source, c.source) AS source,
        CAST(-COALESCE(d.amount, 0) - COALESCE(c.amount, 0) AS DECIMAL(18, 2)) AS amount
    FROM confirmed AS d
    FULL OUTER JOIN carried AS c USING (case_no, scope, insu_region, treat_region)
)

SELECT CAST($month AS VARCHAR) AS month, case_no, scope, insu_region, treat_region, source, amount
FROM difference
WHERE amount <> 0
"""


# Books that began later have an opening before the first closed month.
_CLOSED = """
SELECT COALESCE(
    (SELECT MAX(month) FROM clearing.closed_month), (SELECT MAX(month) FROM clearing.cleared_settlement), ''
)
"""


@dataclass(frozen=True, slots=True)
class NetLine:
    """``amount`` yuan that ``insu_region`` owes ``treat_region`` for one fund type; negative where money goes back."""

    kind: str
    scope: str
    insu_region: str
    treat_region: str
    fund_type: str
    source_month: str
    records: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Position:
    """What a region owes and is owed in one scope; other provinces stand together as the national centre."""

    region: str
    scope: str
    payable: Decimal
    receivable: Decimal

    @property
    def net(self) -> Decimal:
        """Return what the region gets (positive) or pays (negative)."""
        return self.receivable - self.payable


def work_out(con: duckdb.DuckDBPyConnection, month: Month) -> None:
    """Fill the temporary tables with what a month carries, and its net lines; nothing else is written.

    That is the month itself and what changed of the closed ones. A month between them that is not closed yet carries
    its own settlements.
    """
    (closed,) = con.execute(_CLOSED).fetchone() or ("",)
    for query in (_SETTLEMENTS, _DEDUCTIONS):
        con.execute(query, {"month": str(month), "closed": closed})
    con.execute(f"CREATE OR REPLACE TEMP TABLE clearing_line AS {lines_sql(*PENDING)}")


def lines_sql(settlements: str, deductions: str) -> str:
    """Return the query that sums what months carried to net lines, in the columns of ``clearing.net_line``.

    A settlement that several funds pay is counted under the first of them, so that counts add up, too.
    """
    return f"""
        SELECT month, kind, scope, insu_region, treat_region, fund_type, source_month,
            COUNT_IF(fund_type = first_type) AS records, CAST(SUM(amount) AS DECIMAL(18, 2)) AS amount
        FROM (
            SELECT *, MIN(fund_type) OVER (PARTITION BY month, setl_id, insu_region, treat_region) AS first_type
            FROM {settlements}
            WHERE kind <> 'OPENING'
        )
        GROUP BY ALL
        UNION ALL
        SELECT month, 'DEDUCTION', scope, insu_region, treat_region, '', month,
            COUNT(DISTINCT case_no), CAST(SUM(amount) AS DECIMAL(18, 2))
        FROM {deductions}
        GROUP BY ALL
    """


def read_lines(con: duckdb.DuckDBPyConnection, relation: str, month: Month) -> list[NetLine]:
    """Return the net lines of a month from a table or a query in the columns of ``clearing.net_line``."""
    rows = con.execute(
        f"SELECT kind, scope, insu_region, treat_region, fund_type, source_month, records, amount FROM {relation} "
        "WHERE month = $month ORDER BY ALL",
        {"month": str(month)},
    ).fetchall()
    return [NetLine(*row) for row in rows]


def positions(lines: Iterable[NetLine]) -> list[Position]:
    """Return what each region owes and is owed, by scope and region. The nets of a scope add to zero.

    Across provinces each region settles with the national centre, which settles with the other province.
    """
    sums: dict[tuple[str, str], list[Decimal]] = {}
    for line in lines:
        for side, region in enumerate((line.insu_region, line.treat_region)):
            party = NATIONAL_CENTRE if line.scope == "CROSS_PROV" and region.endswith("0000") else region
            sums.setdefault((line.scope, party), [ZERO, ZERO])[side] += line.amount
    return [Position(region, scope, *amounts) for (scope, region), amounts in sorted(sums.items())]
