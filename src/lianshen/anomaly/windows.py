"""Feature views over a stretch of days: what a model of subjects learns from and judges."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb

from lianshen.anomaly.features import Frame, frame_of, view_sql


def read_window(
    con: duckdb.DuckDBPyConnection, name: str, since: date, until: date, content: Path | None = None
) -> Frame:
    """Return the view over the days [since, until), in the order of its key columns; its first column is the key."""
    days = f"period AS (SELECT DATE '{since}' AS since, DATE '{until}' AS until)"
    query = f"WITH {days} SELECT * FROM ({view_sql(name, content)}\n) AS feature ORDER BY ALL"
    return frame_of(con, query)


def first_day(month: str) -> date:
    """Return the first day of a month such as 2026-11."""
    return date.fromisoformat(f"{month}-01")


def month_before(month: str, months: int = 1) -> str:
    """Return the month that lies ``months`` before."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 - months, 12)
    return f"{year:04d}-{number + 1:02d}"


def window_of(month: str, history_months: int, reached: date) -> tuple[date, date]:
    """Return the days [since, until) that a judgement of ``month`` may look at; ``reached`` is the last day known."""
    return first_day(month_before(month, history_months)), min(
        first_day(month_before(month, -1)), reached + timedelta(days=1)
    )
