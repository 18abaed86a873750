"""One warehouse for all tests of clearing, emptied before each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.clearing_books import ClearingBooks


@pytest.fixture(scope="session")
def one_warehouse() -> Iterator[ClearingBooks]:
    made = ClearingBooks()
    yield made
    made.con.close()


@pytest.fixture
def books(one_warehouse: ClearingBooks) -> ClearingBooks:
    one_warehouse.empty()
    return one_warehouse
