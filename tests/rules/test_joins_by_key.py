"""Outer joins are written for DuckDB so that it joins by key, and find the same rows as the plain words."""

from __future__ import annotations

import random
from datetime import date, timedelta

import duckdb
import pytest
from sqlglot import exp, parse_one

from lianshen.rules.joins import joined_by_key

FIRST = date(2026, 1, 1)
CONDITIONS = [
    "k.code = l.code AND l.day >= k.valid_from AND (k.valid_until IS NULL OR l.day < k.valid_until)",
    "k.code = l.code AND l.day >= k.valid_from AND (k.enddate IS NULL OR k.enddate >= l.day)",
    "k.code = l.code AND (l.day <= CAST(k.endtime AS DATE) OR k.endtime IS NULL)",
    "k.code = l.code AND DATE_DIFF('day', k.valid_from, l.day) BETWEEN 0 AND $days",
    "k.code = l.code AND DATE_DIFF('day', k.valid_from, l.day) BETWEEN -1.5 AND 2.5",
    "k.code = l.code AND (k.valid_until IS NULL OR l.day < k.valid_until) AND (k.code = 'A' OR l.code = 'B')",
]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    drawn = random.Random(7)

    def day() -> str:
        return "NULL" if drawn.random() < 0.2 else f"DATE '{FIRST + timedelta(days=drawn.randrange(12))}'"

    connection = duckdb.connect()
    connection.execute("CREATE TABLE l (id INTEGER, code VARCHAR, day DATE)")
    connection.execute(
        "CREATE TABLE k (id INTEGER, code VARCHAR, valid_from DATE, valid_until DATE, enddate DATE, endtime TIMESTAMP)"
    )
    for number in range(120):
        code = drawn.choice("ABC")
        given = f"DATE '{FIRST + timedelta(days=drawn.randrange(12))}'"
        connection.execute(f"INSERT INTO l VALUES ({number}, '{code}', {given})")
        ends = ", ".join(day() for _ in range(3))
        connection.execute(f"INSERT INTO k VALUES ({number}, '{drawn.choice('ABC')}', {day()}, {ends})")
    return connection


def joined(con: duckdb.DuckDBPyConnection, query: exp.Expr) -> list[tuple[int, int | None]]:
    sql = query.sql(dialect="duckdb")
    return con.execute(sql, {"days": 3} if "$days" in sql else None).fetchall()


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_same_rows_are_found(con: duckdb.DuckDBPyConnection, condition: str) -> None:
    query = parse_one(f"SELECT l.id, k.id FROM l LEFT JOIN k ON {condition} ORDER BY ALL", read="duckdb")
    assert isinstance(query, exp.Select)
    found = joined(con, query)
    assert joined(con, joined_by_key(query)) == found
    assert len({other for _, other in found}) > 5


@pytest.mark.parametrize("condition", CONDITIONS[:5])
def test_no_row_is_compared_with_every_row(con: duckdb.DuckDBPyConnection, condition: str) -> None:
    query = parse_one(f"SELECT l.id, k.id FROM l LEFT JOIN k ON {condition}", read="duckdb")
    assert isinstance(query, exp.Select)

    def plan(one: exp.Expr) -> str:
        sql = one.sql(dialect="duckdb")
        return str(con.execute(f"EXPLAIN {sql}", {"days": 3} if "$days" in sql else None).fetchall())

    assert "HASH_JOIN" not in plan(query)
    assert "HASH_JOIN" in plan(joined_by_key(query))


def test_inner_joins_and_other_questions_stay_as_they_are() -> None:
    text = (
        "SELECT l.id FROM l JOIN k ON k.code = l.code AND (k.valid_until IS NULL OR l.day < k.valid_until) "
        "LEFT JOIN k AS m ON m.code = l.code AND (m.colour IS NULL OR l.day < m.valid_until)"
    )
    query = parse_one(text, read="duckdb")
    assert isinstance(query, exp.Select)
    assert joined_by_key(query).sql(dialect="duckdb") == query.sql(dialect="duckdb")
