"""A warehouse in memory, and packages received into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.plain_package import Row, land

from lianshen.quality import CheckResult, check
from lianshen.warehouse.connect import open_warehouse
from lianshen.warehouse.identity import IdentityKey
from lianshen.warehouse.staging import Staged, stage

Receive = Callable[..., Staged]


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> IdentityKey:
    return IdentityKey.load_or_create(tmp_path_factory.mktemp("secrets") / "identity.key")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse(None, memory_limit="1GB") as connection:
        yield connection


@pytest.fixture
def receive(con: duckdb.DuckDBPyConnection, identity: IdentityKey, tmp_path: Path) -> Receive:
    """Return a function that lands tables as a package and stages it."""

    def make(name: str = "2026-11-20", without: dict[str, str] | None = None, **tables: list[Row]) -> Staged:
        return stage(con, land(tmp_path / "landing", name, tables, without=without), identity)

    return make


@pytest.fixture
def checked(con: duckdb.DuckDBPyConnection, receive: Receive) -> Callable[..., dict[tuple[str, str], CheckResult]]:
    """Return a function that lands, stages and checks tables; it gives results by table and code."""

    def make(name: str = "2026-11-20", **tables: list[Row]) -> dict[tuple[str, str], CheckResult]:
        return {(r.table, r.code): r for r in check(con, receive(name, **tables))}

    return make


@pytest.fixture
def rejected(con: duckdb.DuckDBPyConnection) -> Callable[[], list[tuple[Any, ...]]]:
    """Return a function that gives table, row, column, rule and value of every rejected row."""

    def read() -> list[tuple[Any, ...]]:
        return con.execute(
            "SELECT table_name, row_no, column_name, rule, value FROM stage.reject ORDER BY ALL"
        ).fetchall()

    return read
