"""Rules about clearing and the views of clearing say the same of the same nights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest


@pytest.fixture
def con(in_order: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(in_order / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def both(con: duckdb.DuckDBPyConnection, rule: str, about: str, query: str) -> tuple[set[Any], set[Any]]:
    found = con.execute(f"SELECT {about} FROM audit.subject_finding WHERE source_id = ?", [rule]).fetchall()
    return set(found), set(con.execute(query).fetchall())


def test_days_that_do_not_balance(con: duckdb.DuckDBPyConnection) -> None:
    found, viewed = both(
        con,
        "CL-01",
        "subject_id, period",
        "SELECT fixmedins_code, CAST(from_date AS VARCHAR) FROM clearing.statement_difference "
        "WHERE class NOT IN ('BALANCED', 'NOT_DUE') AND treating_agency IN (SELECT code FROM knowledge.agency) "
        "UNION SELECT fixmedins_code, CAST(from_date AS VARCHAR) FROM clearing.statement_difference "
        "WHERE class NOT IN ('BALANCED', 'NOT_DUE', 'MISSING_STATEMENT')",
    )
    assert found == viewed
    assert found


def test_settlements_that_one_side_lacks(con: duckdb.DuckDBPyConnection) -> None:
    found, viewed = both(
        con, "CL-02", "setl_id", "SELECT setl_id FROM clearing.detail_difference WHERE class <> 'BALANCED'"
    )
    assert found == viewed
    assert found


def test_partners_that_do_not_hold_the_same(con: duckdb.DuckDBPyConnection) -> None:
    # The rule speaks after the second day, the view shows the state from the first.
    found, viewed = both(
        con,
        "CL-03",
        "setl_id",
        "SELECT setl_id FROM clearing.partner_difference, intake.reached "
        "WHERE class NOT IN ('BALANCED', 'NOT_DUE', 'ONLY_PARTNER') AND as_of - setl_date > 2",
    )
    assert found == viewed


def test_settlements_that_are_in_no_application(con: duckdb.DuckDBPyConnection) -> None:
    found, viewed = both(
        con,
        "CL-04",
        "CASE WHEN because->>'because_kind' LIKE '%逾期%' THEN setl_id END",
        "SELECT setl_id FROM clearing.undeclared_settlement, intake.reached "
        "WHERE setl_date < DATE_TRUNC('month', as_of) - INTERVAL 1 MONTH "
        "OR (setl_date < DATE_TRUNC('month', as_of) AND DAY(as_of) > 20)",
    )
    assert found - {(None,)} == viewed


def test_balances_that_do_not_follow(con: duckdb.DuckDBPyConnection) -> None:
    found, viewed = both(
        con,
        "CL-06",
        "CASE WHEN a2 > 0 THEN subject_id || period END",
        "SELECT insu_region || CAST(acct_date AS VARCHAR) FROM clearing.fund_difference "
        "WHERE class <> 'DAYS_LEFT_OUT' AND ABS(amount) > 0.01",
    )
    assert found - {(None,)} == viewed
