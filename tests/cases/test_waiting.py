"""Findings that wait a day for a filing that may still arrive, and the cases of all the nights together."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cases.warehouse_rows import Warehouse
from sqlalchemy.engine import Engine

from lianshen.cases import has_unassembled, open_casebook
from lianshen.cases import tables as t

ONE_DAY = {"XR-01": 1}
FIRST = date(2026, 11, 19)


def held(engine: Engine) -> list[tuple[str, str]]:
    """Return rule and settlement of every finding that is in a case."""
    query = sa.select(t.case_finding.c.rule_id, t.case_finding.c.setl_id)
    with engine.connect() as con:
        return sorted((rule, setl_id) for rule, setl_id in con.execute(query))


def contents(engine: Engine) -> list[tuple[Any, ...]]:
    tables = (t.cases, t.case_settlement, t.case_finding, t.case_line, t.dossier)
    with engine.connect() as con:
        return sorted((table.name, *map(str, row)) for table in tables for row in con.execute(sa.select(table)))


def test_a_finding_that_need_not_wait_becomes_a_case_at_once(warehouse: Warehouse, engine: Engine) -> None:
    warehouse.reach(FIRST)
    warehouse.settle("S1", setl_date=FIRST)
    warehouse.find("PL-11", "S1", "10.00")
    assert warehouse.assemble(engine, ONE_DAY).new == 1
    assert not has_unassembled(warehouse.con, ONE_DAY)


def test_a_settlement_of_the_last_day_waits_and_is_taken_up_on_the_next(warehouse: Warehouse, engine: Engine) -> None:
    warehouse.reach(FIRST)
    warehouse.settle("S1", setl_date=FIRST)
    warehouse.find("XR-01", "S1", "500.00")
    assert warehouse.assemble(engine, ONE_DAY).new == 0
    assert held(engine) == []
    # Nothing is left undone: a night is not resumed only because a finding waits.
    assert not has_unassembled(warehouse.con, ONE_DAY)
    warehouse.reach(FIRST + timedelta(days=1))
    assert has_unassembled(warehouse.con, ONE_DAY)
    assert warehouse.assemble(engine, ONE_DAY).new == 1
    assert held(engine) == [("XR-01", "S1")]
    assert warehouse.con.execute("SELECT COUNT(*) FROM work.dirty_settlement").fetchone() == (0,)


def test_other_findings_of_the_settlement_do_not_wait_with_it(warehouse: Warehouse, engine: Engine) -> None:
    warehouse.reach(FIRST)
    warehouse.settle("S1", setl_date=FIRST)
    warehouse.find("XR-01", "S1", "500.00")
    warehouse.find("PL-11", "S1", "10.00")
    warehouse.assemble(engine, ONE_DAY)
    assert held(engine) == [("PL-11", "S1")]
    warehouse.reach(FIRST + timedelta(days=1))
    assert warehouse.assemble(engine, ONE_DAY).changed == 1
    assert held(engine) == [("PL-11", "S1"), ("XR-01", "S1")]


def test_a_filing_that_came_in_time_takes_the_finding_away_before_anybody_saw_it(
    warehouse: Warehouse, engine: Engine
) -> None:
    warehouse.reach(FIRST)
    warehouse.settle("S1", setl_date=FIRST)
    key = warehouse.find("XR-01", "S1", "500.00")
    warehouse.assemble(engine, ONE_DAY)
    warehouse.lose(key)
    warehouse.reach(FIRST + timedelta(days=1))
    assert warehouse.assemble(engine, ONE_DAY).new == 0
    assert warehouse.con.execute("SELECT COUNT(*) FROM work.dirty_settlement").fetchone() == (0,)


def days(warehouse: Warehouse, numbers: Iterable[int]) -> None:
    for number in numbers:
        day = FIRST + timedelta(days=number)
        warehouse.reach(day)
        for which in ("A", "B"):
            warehouse.settle(
                f"{which}{number}", setl_date=day, fixmedins_code=f"H{which}", mdtrt_id=f"M{which}{number}"
            )
        warehouse.find("XR-01", f"A{number}", "500.00")
        warehouse.find("PL-11", f"A{number}", "10.00")
        warehouse.find("PL-11", f"B{number}", "20.00")


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_nights_in_any_order_or_all_at_once_give_the_same_cases(tmp_path: Path, order: tuple[int, ...]) -> None:
    with Warehouse.open() as night_by_night, Warehouse.open() as at_once:
        one = open_casebook(f"sqlite:///{tmp_path / 'one.sqlite'}")
        for number in order:
            days(night_by_night, [number])
            night_by_night.assemble(one, ONE_DAY)
        all_together = open_casebook(f"sqlite:///{tmp_path / 'all.sqlite'}")
        days(at_once, range(3))
        at_once.assemble(all_together, ONE_DAY)
        assert contents(one) == contents(all_together)
        # What was settled on the last day is in no case in either.
        assert ("XR-01", "A2") not in held(one)
        assert ("XR-01", "A1") in held(one)
        one.dispose()
        all_together.dispose()
