"""Fixtures of the warehouse: one in memory per test."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from lianshen.warehouse import open_warehouse


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse(None) as connection:
        yield connection
