"""A part of a number finds the same cases whatever order the database gives to texts."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from cases.warehouse_rows import Clock, Warehouse
from sqlalchemy.engine import Engine

from lianshen.cases import Casebook, open_casebook, services
from lianshen.cases import tables as t
from lianshen.cases.bytewise import starts_with
from lianshen.cases.domain import Principal
from lianshen.cases.filters import CaseFilter
from lianshen.cases.store import writing

pytestmark = pytest.mark.postgres
LOCALES = ("und", "zh-u-co-pinyin", "sv-u-ks-level1")
"""By ICU: the root order, Chinese by pinyin, and one in which case and accents say nothing."""


@pytest.fixture(params=LOCALES)
def sorted_otherwise(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Yield a casebook in a database whose texts are not in the order of their bytes."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    admin = postgres_server.replace("+psycopg", "") + "/postgres"
    with psycopg.connect(admin, autocommit=True) as con:
        con.execute(
            f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.utf8' "
            f"LOCALE_PROVIDER icu ICU_LOCALE '{request.param}'"
        )
    engine = open_casebook(f"{postgres_server}/{name}")
    yield engine
    engine.dispose()
    with psycopg.connect(admin, autocommit=True) as con:
        con.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_the_order_of_texts_is_another_there(sorted_otherwise: Engine) -> None:
    with sorted_otherwise.connect() as con:
        assert con.scalar(sa.text("SELECT 'a' < 'B'"))
        assert not con.scalar(sa.text("SELECT 'a' < 'B' COLLATE \"C\""))


def test_a_part_of_a_number_finds_the_cases_that_begin_with_it(
    sorted_otherwise: Engine, warehouse: Warehouse, clock: Clock, reviewer: Principal
) -> None:
    book = Casebook(sorted_otherwise, now=clock)
    people = ("0a1b2c3d4e5f", "0a1b2c3dffff", "0a1b2c3f0000", "0a-b2c3d0000", "0b1b2c3d4e5f")
    for number, person in enumerate(people):
        warehouse.settle(f"S{number}", person=person)
        warehouse.line(f"L{number}", f"S{number}")
        warehouse.find("PL-11", f"S{number}", "90.00", lines=(f"L{number}",))
    warehouse.assemble(book.engine)

    def found(query: str) -> list[str]:
        return sorted(case["person"] for case in services.list_cases(reviewer, book, CaseFilter.strict(query))["items"])

    assert found("q=0a1b2c3d") == found("person=0a1b2c3d") == ["0a1b2c3d4e5f", "0a1b2c3dffff"]
    every = services.list_cases(reviewer, book, CaseFilter())["items"]
    one = every[0]["case_no"]
    assert found(f"q={one[:4]}") == sorted(people)
    assert found(f"q={one}") == found(f"q={one.lower()}") == [every[0]["person"]]


def test_an_index_answers_it(sorted_otherwise: Engine) -> None:
    with writing(sorted_otherwise) as con:
        con.execute(sa.text("SET LOCAL enable_seqscan = off"))
        query = sa.select(t.cases.c.case_no).where(starts_with(t.cases.c.case_no, "SC2026"))
        said = query.compile(dialect=con.dialect, compile_kwargs={"literal_binds": True})
        plan = "\n".join(con.execute(sa.text(f"EXPLAIN {said}")).scalars())
    assert "ix_cases_case_no_bytes" in plan
