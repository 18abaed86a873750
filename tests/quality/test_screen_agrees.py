"""The quick screen and Great Expectations' own types must mean the same by every kind of check."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianshen.quality.checks import Check
from lianshen.quality.duckdb_source import Stage
from lianshen.quality.expectations import SCREEN, expectation, screen

COMPLETE = {"result_format": "COMPLETE", "unexpected_index_column_names": ["_file", "_row"]}
CHECKS = (
    Check("t", "N-code", "not_null", "set_aside", "", "", column="code"),
    Check("t", "C-code", "in_set", "set_aside", "", "", column="code", values=("1", "o'clock", "一")),
    Check("t", "F-code", "regex", "set_aside", "", "", column="code", pattern=r"^(\d{2}|[A-Z一]\.\\?)$"),
    Check("t", "R-amount", "between", "set_aside", "", "", column="amount", low=Decimal("-0.5"), high=Decimal(3)),
    Check("t", "R-day", "between", "set_aside", "", "", column="day", low=date(2026, 1, 1), high=date(2026, 12, 31)),
    Check("t", "order", "rows", "set_aside", "", "", holds="amount <= 1 OR code <> '{x}'", columns=("amount", "code")),
)
ROWS = st.lists(
    st.tuples(
        st.one_of(
            st.none(),
            st.sampled_from(["1", "o'clock", "一", "12", "123", "A.\\", "一.", "{x}", ""]),
            st.text(max_size=3),
        ),
        st.one_of(st.none(), st.decimals(-2, 5, places=2)),
        st.one_of(st.none(), st.dates(date(2025, 12, 30), date(2027, 1, 2))),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS)
def test_the_screen_counts_what_each_expectation_counts(rows: list[tuple[Any, ...]]) -> None:
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA stage")
        con.execute("CREATE TABLE stage.t (code VARCHAR, amount DECIMAL(16, 2), day DATE, _file VARCHAR, _row BIGINT)")
        con.executemany(
            "INSERT INTO stage.t VALUES (?, ?, ?, 't.csv', ?)", [(*row, n) for n, row in enumerate(rows, start=1)]
        )
        stage = Stage(con)
        screened = stage.validate("t", [screen(CHECKS)], COMPLETE)[SCREEN]
        counted = {row["code"]: row["broken"] for row in screened.result["details"]["unexpected_rows"]}
        decided = {}
        for code, result in stage.validate("t", [expectation(check) for check in CHECKS], COMPLETE).items():
            number = result.result.get("unexpected_count", result.result.get("observed_value"))
            if not result.success:
                decided[code] = number
                query = result.result.get("unexpected_index_query")
                if query:
                    assert con.execute(f"SELECT COUNT(*) FROM ({query.rstrip().rstrip(';')})").fetchone() == (number,)
    assert counted == decided


@pytest.mark.parametrize(
    ("value", "broken"),
    [("12", False), ("A.\\", False), ("一.", False), (None, False), ("123", True), ("12\n", True), ("a12", True)],
)
def test_a_format_is_matched_from_end_to_end(value: str | None, broken: bool) -> None:
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA stage")
        con.execute("CREATE TABLE stage.t (code VARCHAR, _file VARCHAR, _row BIGINT)")
        con.execute("INSERT INTO stage.t VALUES (?, 't.csv', 1)", [value])
        result = Stage(con).validate("t", [expectation(CHECKS[2])], COMPLETE)["F-code"]
    assert result.success is not broken
