"""The casebook as the warehouse sees it at the beginning of a night."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from cases.warehouse_rows import Clock, Warehouse

from lianshen.cases import Casebook, mirror, services
from lianshen.cases.domain import Principal
from lianshen.cases.filters import CaseFilter

COLUMNS = "state, decision, determined, released_on, accept_by, due_on, submitted_on, closed_on"


def mirrored(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return warehouse.con.execute(f"SELECT {COLUMNS} FROM casework.audit_case ORDER BY case_no").fetchall()


def test_an_empty_casebook_mirrors_nothing(warehouse: Warehouse, book: Casebook) -> None:
    assert mirror(warehouse.con, book.engine) == 0
    assert mirrored(warehouse) == []


def test_a_new_case_is_mirrored_with_whose_it_is(warehouse: Warehouse, book: Casebook) -> None:
    warehouse.settle("S1")
    warehouse.find("PL-11", "S1", "10.00")
    warehouse.assemble(book.engine)
    assert mirror(warehouse.con, book.engine) == 1
    assert mirrored(warehouse) == [("new", None, None, None, None, None, None, None)]
    whose = warehouse.con.execute(
        "SELECT treating_agency, fixmedins_code, insu_admdvs, insu_pool FROM casework.audit_case"
    ).fetchone()
    assert whose == ("510100", "H51010000001", "510700", "5107")


def test_the_life_of_a_case_is_mirrored_in_days_and_yuan_and_again_without_change(
    warehouse: Warehouse, book: Casebook, clock: Clock, reviewer: Principal, chengdu: Principal
) -> None:
    warehouse.settle("S1")
    warehouse.line("L1", "S1", "120.00")
    warehouse.find("PL-11", "S1", "84.00", lines=("L1",))
    warehouse.assemble(book.engine)
    number = str(services.list_cases(reviewer, book, CaseFilter())["items"][0]["case_no"])

    def act(who: Principal, action: str, **given: Any) -> None:
        version = services.get_case(who, book, number)["version"]
        services.transition(who, book, number, action, version, **given)

    # Half past midnight in Shanghai is the day before in UTC.
    clock.forward(hours=14.5)
    act(reviewer, "release")
    act(chengdu, "accept")
    services.determine_rest(chengdu, book, number, "full", "violation")
    text = "经核查病历与费用清单，超限定单价收费属实，同意扣款。"
    act(chengdu, "submit", text=text, worth_checking=True)
    clock.forward(days=1)
    act(reviewer, "confirm")
    (row,) = (mirror(warehouse.con, book.engine) and mirrored(warehouse)) or [()]
    assert row[:4] == ("closed", "confirmed", Decimal("84.00"), date(2026, 11, 24))
    assert row[4] == date(2026, 11, 26)
    assert row[6:] == (date(2026, 11, 24), date(2026, 11, 25))
    learned = "SELECT source_id, fixmedins_code, decided_on, is_upheld FROM casework.verdict"
    assert warehouse.con.execute(learned).fetchall() == [("PL-11", "H51010000001", date(2026, 11, 25), True)]
    before = mirrored(warehouse)
    assert mirror(warehouse.con, book.engine) == 1
    assert mirrored(warehouse) == before
