"""Findings that wait some days for what may still explain them, such as a filing that arrives a day late.

Such a finding stays in ``audit.finding`` from the night that found it. It goes into a case when the warehouse has
reached the day that lies so many days after the settlement. Until then the settlement stays in
``work.dirty_settlement``, so that the night of that day takes the finding up even where nothing else touched it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NONE = "SELECT finding_id, setl_id FROM audit.finding WHERE FALSE"


def waiting_sql(waits: Mapping[str, int]) -> str:
    """Return a query of finding_id and setl_id: what waits still. ``waits`` are days by rule id."""
    listed = ", ".join(f"('{rule}', {int(days)})" for rule, days in sorted(waits.items()) if days > 0)
    if not listed:
        return _NONE
    return f"""
        SELECT f.finding_id, f.setl_id FROM audit.finding AS f
        JOIN (VALUES {listed}) AS w (rule_id, days) ON f.source_id = w.rule_id
        JOIN mart.settlement AS s ON s.setl_id = f.setl_id
        WHERE DATE_DIFF('day', s.setl_date, (SELECT as_of FROM intake.reached)) < w.days
    """


def forget_assembled(con: DuckDBPyConnection, waits: Mapping[str, int]) -> None:
    """Empty ``work.dirty_settlement`` once the cases are assembled, but for settlements with a finding that waits."""
    con.execute(f"DELETE FROM work.dirty_settlement WHERE setl_id NOT IN (SELECT setl_id FROM ({waiting_sql(waits)}))")


def has_unassembled(con: DuckDBPyConnection, waits: Mapping[str, int]) -> bool:
    """Return whether a dirty settlement is left that does not only wait: a night was cut off before its cases."""
    found = con.execute(
        f"SELECT EXISTS (FROM work.dirty_settlement WHERE setl_id NOT IN (SELECT setl_id FROM ({waiting_sql(waits)})))"
    ).fetchone()
    return bool(found and found[0])
