"""An empty province of bills for the models of institutions and doctors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.bill_province import Province, new_province


@pytest.fixture
def province() -> Iterator[Province]:
    """Yield an empty province of sixty institutions."""
    made = new_province()
    yield made
    made.con.close()
