"""A casebook on each database, and a small warehouse to raise cases from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cases.warehouse_rows import Clock, Warehouse
from sqlalchemy.engine import Engine
from support.databases import own_database

from lianshen.cases import Casebook, open_casebook, services
from lianshen.cases.domain import Principal
from lianshen.cases.filters import CaseFilter
from lianshen.cases.store import connect


@pytest.fixture(scope="session")
def new_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of an empty casebook, to copy: making one takes fifty times as long."""
    file = tmp_path_factory.mktemp("new") / "casebook.sqlite"
    open_casebook(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture(scope="session")
def new_postgresql(postgres_server: str) -> Iterator[str]:
    """Yield the name of a database with an empty casebook, to begin from."""
    with own_database(postgres_server) as url:
        open_casebook(url).dispose()
        yield url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Yield an empty casebook: every test that takes it runs on both databases."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{shutil.copy(request.getfixturevalue('new_sqlite'), tmp_path / 'casebook.sqlite')}"
        else:
            server, new = request.getfixturevalue("postgres_server"), request.getfixturevalue("new_postgresql")
            url = stack.enter_context(own_database(server, new))
        engine = connect(url)
        yield engine
        engine.dispose()


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands at Monday 23 November 2026, ten in the morning in Shanghai, until it is moved."""
    return Clock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC), timedelta())


@pytest.fixture
def book(engine: Engine, clock: Clock) -> Casebook:
    return Casebook(engine, now=clock)


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    """Yield an empty warehouse with the tables that cases are made of."""
    with Warehouse.open() as opened:
        yield opened


@pytest.fixture
def case(warehouse: Warehouse, book: Casebook, reviewer: Principal) -> dict[str, Any]:
    """Return one new case of Chengdu: two lines hit, 90.00 at issue."""
    warehouse.settle("S1")
    warehouse.line("L1", "S1", "120.00")
    warehouse.line("L2", "S1", "80.00")
    warehouse.find("PL-11", "S1", "90.00", lines=("L1", "L2"))
    warehouse.assemble(book.engine)
    found: dict[str, Any] = services.list_cases(reviewer, book, CaseFilter())["items"][0]
    return found


@pytest.fixture
def reviewer() -> Principal:
    return Principal(1, "shenhe01", "周审核", "reviewer")


@pytest.fixture
def other_reviewer() -> Principal:
    return Principal(2, "shenhe02", "吴审核", "reviewer")


@pytest.fixture
def lead() -> Principal:
    return Principal(3, "fuze01", "郑负责", "lead")


@pytest.fixture
def chengdu() -> Principal:
    return Principal(4, "chengdu01", "成都经办1", "handler", "510100")


@pytest.fixture
def chengdu_lead() -> Principal:
    return Principal(5, "chengdu02", "成都负责人", "region_lead", "510100")


@pytest.fixture
def mianyang() -> Principal:
    return Principal(6, "mianyang01", "绵阳经办1", "handler", "510700")
