"""The revolving fund (周转金) as double entry, written from what was landed and closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from lianshen.warehouse.tables import transaction

_POST = """
INSERT INTO clearing.fund_entry
SELECT
    insu_region, entry_date, kind, partner,
    CASE WHEN amount > 0 THEN debit ELSE credit END, ABS(amount),
    CASE WHEN amount > 0 THEN credit ELSE debit END, ABS(amount)
FROM clearing.fund_movement
"""


@dataclass(frozen=True, slots=True)
class Balance:
    """One account of one region at the end of its last day with an entry."""

    region: str
    account: str
    day: date
    came_in: Decimal
    went_out: Decimal
    closing: Decimal


@dataclass(frozen=True, slots=True)
class FundDifference:
    """A day whose stated balance is off. ``kind``: IDENTITY, CONTINUITY, DAYS_LEFT_OUT, or LEDGER.

    LEDGER is the amount by which the stated balance and the journal's drew apart on that day.
    """

    region: str
    day: date
    kind: str
    amount: Decimal


def post(con: duckdb.DuckDBPyConnection) -> int:
    """Write the journal anew and return how many entries it has. The same rows give the same journal."""
    with transaction(con):
        con.execute("DELETE FROM clearing.fund_entry")
        con.execute(_POST)
    row = con.execute("SELECT COUNT(*) FROM clearing.fund_entry").fetchone()
    return int(row[0]) if row else 0


def balances(con: duckdb.DuckDBPyConnection, region: str | None = None) -> list[Balance]:
    """Return every account of every region, or of one, with all that came in and went out."""
    rows = con.execute(
        """
        SELECT insu_region, account, MAX(entry_date), SUM(came_in), SUM(went_out), ARG_MAX(closing, entry_date)
        FROM clearing.fund_turnover
        WHERE $region IS NULL OR insu_region = $region
        GROUP BY insu_region, account
        ORDER BY insu_region, account
        """,
        {"region": region},
    ).fetchall()
    return [Balance(*row) for row in rows]


def differences(con: duckdb.DuckDBPyConnection, region: str | None = None) -> list[FundDifference]:
    """Return the days on which a stated balance does not follow, or is not the one that the journal gives."""
    rows = con.execute(
        """
        WITH ledger AS (
            SELECT r.insured_region, r.acct_date, CAST(r.closing - COALESCE(t.closing, 0) AS DECIMAL(18, 2)) AS off
            FROM settled.revolv_fund_d AS r
            ASOF LEFT JOIN (FROM clearing.fund_turnover WHERE account = 'DEPOSIT') AS t
                ON r.insured_region = t.insu_region AND r.acct_date >= t.entry_date
        ),

        apart AS (
            SELECT
                insured_region, acct_date,
                off - LAG(off, 1, 0) OVER (PARTITION BY insured_region ORDER BY acct_date) AS amount
            FROM ledger
        ),

        found AS (
            SELECT insu_region, acct_date, class, amount FROM clearing.fund_difference
            UNION ALL
            SELECT insured_region, acct_date, 'LEDGER', amount FROM apart WHERE amount <> 0
        )

        SELECT * FROM found WHERE $region IS NULL OR insu_region = $region ORDER BY ALL
        """,
        {"region": region},
    ).fetchall()
    return [FundDifference(*row) for row in rows]
