"""Closing a month: once, in order, and never again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from lianshen.clearing.errors import ClearingError, MonthNotOver
from lianshen.clearing.months import Month
from lianshen.clearing.netting import CARRIED, PENDING, PENDING_LINES, ZERO, NetLine, lines_sql, read_lines, work_out
from lianshen.warehouse.tables import transaction


@dataclass(frozen=True, slots=True)
class Closing:
    """A month's netting. ``state``: CLOSED now, UNCHANGED (closed before), PROVISIONAL (worked out, not written)."""

    month: Month
    state: str
    as_of: date
    settlements: int
    fund: Decimal
    deductions: Decimal
    hash: str
    lines: tuple[NetLine, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether a closed month still is what was closed, and what of it the next month will put right."""

    month: Month
    intact: bool
    altered: int
    adjustment: Decimal


def reached(con: duckdb.DuckDBPyConnection) -> date:
    """Return the business day that the warehouse has reached."""
    row = con.execute("SELECT as_of FROM intake.reached").fetchone()
    if row is None or row[0] is None:
        raise ClearingError(
            "nothing was received yet: there is no day to count from; run a night first: lianshen night"
        )
    day: date = row[0]
    return day


def closed_months(con: duckdb.DuckDBPyConnection) -> list[Month]:
    """Return the closed months, earliest first."""
    return [Month.parse(m) for (m,) in con.execute("SELECT month FROM clearing.closed_month ORDER BY month").fetchall()]


def close(con: duckdb.DuckDBPyConnection, month: Month, *, start: bool = False) -> Closing:
    """Close a month, or return it unchanged when it is closed already.

    ``start`` begins the books with this month: settlements of earlier months count as cleared elsewhere. Without it
    months are closed in order from the first that has a cross-region settlement. One transaction. Raise
    :class:`MonthNotOver` before the warehouse has the month's last day, :class:`ClearingError` out of turn.
    """
    with transaction(con):
        before = closed_months(con)
        if month in before:
            return _stored(con, month, "UNCHANGED")
        as_of = reached(con)
        if as_of < month.last:
            raise MonthNotOver(
                f"{month} is not over: the warehouse has reached {as_of}; close it once {month.last} was received, "
                "or look at it as it stands with --provisional"
            )
        _require_turn(con, month, before, start)
        if start and not before:
            _open_books(con, month)
        work_out(con, month)
        closing = _summed(con, month, "CLOSED", as_of)
        for target, source in zip(CARRIED, PENDING, strict=True):
            con.execute(f"INSERT INTO {target} BY NAME SELECT * FROM {source}")
        con.execute(f"INSERT INTO clearing.net_line BY NAME SELECT * FROM {PENDING_LINES}")
        con.execute(
            "INSERT INTO clearing.closed_month VALUES (?, ?, ?, ?, ?, ?)",
            [str(month), as_of, closing.settlements, closing.fund, closing.deductions, closing.hash],
        )
    return closing


def month_as_it_stands(con: duckdb.DuckDBPyConnection, month: Month) -> Closing:
    """Return a closed month as it was closed, and any other as it would be closed now, without writing anything."""
    if month in closed_months(con):
        return _stored(con, month, "UNCHANGED")
    work_out(con, month)
    return _summed(con, month, "PROVISIONAL", reached(con))


def verify(con: duckdb.DuckDBPyConnection, month: Month) -> Verified:
    """Hash a closed month's rows again, and count what settlements and cases up to it have changed since."""
    row = con.execute("SELECT hash FROM clearing.closed_month WHERE month = ?", [str(month)]).fetchone()
    if row is None:
        raise ClearingError(f"{month} is not closed; closed are: {_written(closed_months(con))}")
    from_rows = read_lines(con, f"({lines_sql(*CARRIED)})", month)
    intact = _hash(con, CARRIED, month) == row[0] and from_rows == read_lines(con, "clearing.net_line", month)
    work_out(con, closed_months(con)[-1].plus(1))
    altered, adjustment = con.execute(
        "SELECT COUNT(DISTINCT setl_id), COALESCE(SUM(amount), 0) FROM temp.clearing_month WHERE source_month = ?",
        [str(month)],
    ).fetchone() or (0, ZERO)
    return Verified(month, intact, altered, adjustment)


def _written(months: list[Month]) -> str:
    return ", ".join(map(str, months)) or "none"


def _require_turn(con: duckdb.DuckDBPyConnection, month: Month, before: list[Month], start: bool) -> None:
    if before and start:
        raise ClearingError(f"the books began with {before[0]}: --start is for the first month only")
    if before:
        turn = before[-1].plus(1)
        if month < before[0]:
            raise ClearingError(
                f"{month} lies before the first closed month {before[0]}: what comes of it goes into the next, {turn}"
            )
        if month != turn:
            raise ClearingError(f"{month} is out of turn: close {turn} first")
        return
    row = con.execute("SELECT MIN(setl_month) FROM clearing.settlement_fund").fetchone()
    if start or row is None or row[0] is None:
        return
    first = Month.parse(row[0])
    if first < month:
        raise ClearingError(
            f"{month} is out of turn: cross-region settlements begin in {first}; close that month first, or begin the "
            f"books with {month} by --start, if the months before were cleared elsewhere"
        )


def _open_books(con: duckdb.DuckDBPyConnection, month: Month) -> None:
    """Book what is older than the first month as cleared elsewhere, so that no month carries it."""
    con.execute(
        """
        INSERT INTO clearing.cleared_settlement
        SELECT $before, setl_id, scope, insu_region, treat_region, fund_type, setl_month, 'OPENING', amount
        FROM clearing.settlement_fund WHERE setl_month < $month
        """,
        {"month": str(month), "before": str(month.plus(-1))},
    )


def _summed(con: duckdb.DuckDBPyConnection, month: Month, state: str, as_of: date) -> Closing:
    settlements, fund = con.execute(
        f"SELECT COUNT(DISTINCT setl_id), COALESCE(SUM(amount), 0) FROM {PENDING[0]}"
    ).fetchone() or (0, ZERO)
    (deductions,) = con.execute(f"SELECT COALESCE(SUM(amount), 0) FROM {PENDING[1]}").fetchone() or (ZERO,)
    lines = read_lines(con, PENDING_LINES, month)
    return Closing(month, state, as_of, settlements, fund, deductions, _hash(con, PENDING, month), tuple(lines))


def _stored(con: duckdb.DuckDBPyConnection, month: Month, state: str) -> Closing:
    row = con.execute(
        "SELECT as_of, settlements, fund, deductions, hash FROM clearing.closed_month WHERE month = ?", [str(month)]
    ).fetchone()
    if row is None:
        raise ClearingError(f"{month} is not closed")
    as_of, settlements, fund, deductions, digest = row
    return Closing(
        month, state, as_of, settlements, fund, deductions, digest, tuple(read_lines(con, "clearing.net_line", month))
    )


def _hash(con: duckdb.DuckDBPyConnection, tables: tuple[str, str], month: Month) -> str:
    """Return the SHA-256 of a month's rows, whatever order they lie in: first by pair and fund, then of those."""
    settlements, deductions = tables
    rows = con.execute(
        f"""
        SELECT 'S', insu_region, treat_region, fund_type, source_month,
            SHA256(STRING_AGG(setl_id || ' ' || kind || ' ' || amount, chr(10) ORDER BY setl_id, kind, amount))
        FROM {settlements} WHERE month = $month AND kind <> 'OPENING' GROUP BY ALL
        UNION ALL
        SELECT 'D', insu_region, treat_region, '', month,
            SHA256(STRING_AGG(case_no || ' ' || amount, chr(10) ORDER BY case_no, amount))
        FROM {deductions} WHERE month = $month GROUP BY ALL
        ORDER BY ALL
        """,
        {"month": str(month)},
    ).fetchall()
    return hashlib.sha256("\n".join(" ".join(row) for row in rows).encode()).hexdigest()
