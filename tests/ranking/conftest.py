"""The casebooks and the small warehouse of casework, with a night's packages, and the shipped assumptions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from cases.conftest import (  # noqa: F401
    book,
    chengdu,
    chengdu_lead,
    clock,
    engine,
    lead,
    mianyang,
    new_postgresql,
    new_sqlite,
    other_reviewer,
    reviewer,
)
from cases.warehouse_rows import Warehouse

from lianshen.ranking import RankingSettings


@pytest.fixture(scope="session")
def shipped() -> RankingSettings:
    """Return the assumptions as they are shipped."""
    return RankingSettings.load()


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    """Yield a warehouse that received nothing yet; settlements come with the package of their day."""
    with Warehouse.open() as opened:
        opened.con.execute("CREATE SCHEMA settled; CREATE TABLE settled.setl_d (setl_id VARCHAR, _package VARCHAR)")
        yield opened


def receive(warehouse: Warehouse, day: date) -> None:
    """Say that everything that is not received yet came with the package of a day."""
    warehouse.reach(day)
    warehouse.con.execute(
        "INSERT INTO settled.setl_d SELECT setl_id, ? FROM mart.settlement "
        "WHERE setl_id NOT IN (SELECT setl_id FROM settled.setl_d)",
        [day.isoformat()],
    )
