"""What a clearing withheld for a case stands in the case's ledger without anybody typing it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from cases.moving import STAFF, lead_to, recover
from cases.warehouse_rows import Warehouse

from lianshen.cases import Carried, Casebook, enter_carried, services
from lianshen.cases.domain import Principal
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import notices
from lianshen.warehouse import open_warehouse

Case = dict[str, Any]
CHENGDU = STAFF["chengdu"]


@pytest.fixture
def clearing() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse(None) as con:
        yield con


def withhold(con: duckdb.DuckDBPyConnection, case: Case, yuan: str, month: str = "202611", **other: str) -> None:
    """Receive one deduction of 90.00 determined, taken and final unless said otherwise."""
    row = {"case_id": case["case_no"], "clr_ym": month, "det_type": "10", "detd_stas": "30", "det_amt": yuan, **other}
    names = ", ".join(row)
    con.execute(
        f"INSERT INTO settled.det_d ({names}, updt_time, _package, _file, _row) "
        f"VALUES ({', '.join('?' for _ in row)}, TIMESTAMP '2026-12-05 02:00:00', '2026-12-05', 'f', 1)",
        list(row.values()),
    )


def ledger(book: Casebook, case: Case) -> list[tuple[int, str, str | None, date, str]]:
    rows = services.get_recoveries(CHENGDU, book, case["case_no"])
    return [(row["amount"], row["way"], row["cycle"], row["day"], row["entered_by"]) for row in rows]


def test_nothing_is_entered_for_prepayment_for_what_is_not_final_or_before_a_decision(
    book: Casebook, case: Case, clearing: duckdb.DuckDBPyConnection
) -> None:
    withhold(clearing, case, "90.00")
    assert enter_carried(clearing, book) == Carried(0, 0, 0, 0)
    lead_to(book, case, "confirm")
    clearing.execute("DELETE FROM settled.det_d")
    withhold(clearing, case, "40.00", detd_stas="10")
    withhold(clearing, case, "40.00", det_type="30")
    assert enter_carried(clearing, book) == Carried(0, 0, 0, 0)
    assert ledger(book, case) == []


def test_a_deduction_is_entered_once_with_the_month_that_carries_it(
    book: Casebook, case: Case, clearing: duckdb.DuckDBPyConnection
) -> None:
    lead_to(book, case, "confirm")
    withhold(clearing, case, "50.00")
    withhold(clearing, case, "40.00", month="202612")
    assert enter_carried(clearing, book) == Carried(2, 9000, 0, 0)
    assert enter_carried(clearing, book) == Carried(0, 0, 0, 0)
    day = date(2026, 12, 5)
    assert ledger(book, case) == [
        (5000, "deduction", "2026-11", day, "system"),
        (4000, "deduction", "2026-12", day, "system"),
    ]
    assert services.get_case(CHENGDU, book, case["case_no"])["recovered"] == 9000
    assert verify_events(book.engine) is None


def test_what_would_bring_back_more_than_was_determined_is_left_for_the_agency(
    book: Casebook, case: Case, clearing: duckdb.DuckDBPyConnection
) -> None:
    lead_to(book, case, "confirm")
    recover(CHENGDU, book, case, 6000, date(2026, 11, 20), voucher="typed by hand")
    withhold(clearing, case, "60.00")
    assert enter_carried(clearing, book) == Carried(0, 0, 1, 1)
    assert [amount for amount, *_ in ledger(book, case)] == [6000]


def change(con: duckdb.DuckDBPyConnection, case: Case, **now: str) -> None:
    """Receive a later state of the case's deductions."""
    changed = ", ".join(f"{name} = ?" for name in now)
    con.execute(f"UPDATE settled.det_d SET {changed} WHERE case_id = ?", [*now.values(), case["case_no"]])


def told(book: Casebook) -> list[str]:
    """Return what Chengdu was told of deductions, the oldest first."""
    every = notices.list_notices(CHENGDU, book)
    return [row["text"] for row in reversed(every) if row["kind"] == "carried"]


def test_an_agency_is_told_once_of_what_exceeds_what_was_determined(
    book: Casebook, case: Case, clearing: duckdb.DuckDBPyConnection
) -> None:
    lead_to(book, case, "confirm")
    withhold(clearing, case, "60.00")
    withhold(clearing, case, "40.00", month="202612")
    assert enter_carried(clearing, book) == Carried(1, 6000, 1, 1)
    assert enter_carried(clearing, book) == Carried(0, 0, 1, 0)
    assert told(book) == ["2026-12 清算扣款 40.00 元（DET-202612-10）超过尚未追回的金额，未自动登记，请核对"]
    notices.mark_read(CHENGDU, book, until=10**6)
    assert enter_carried(clearing, book) == Carried(0, 0, 1, 0)


def test_what_is_withheld_for_a_case_that_is_fully_recovered_or_dismissed_is_told(
    book: Casebook, case: Case, clearing: duckdb.DuckDBPyConnection
) -> None:
    lead_to(book, case, "confirm", how="none")
    withhold(clearing, case, "0.01")
    assert enter_carried(clearing, book) == Carried(0, 0, 1, 1)
    assert ledger(book, case) == []


def test_an_amount_that_changed_after_it_was_entered_is_told_and_the_ledger_left_to_the_agency(
    book: Casebook, case: Case, clearing: duckdb.DuckDBPyConnection
) -> None:
    lead_to(book, case, "confirm")
    withhold(clearing, case, "50.00")
    enter_carried(clearing, book)
    change(clearing, case, det_amt="30.00")
    assert enter_carried(clearing, book) == Carried(0, 0, 1, 1)
    assert enter_carried(clearing, book) == Carried(0, 0, 1, 0)
    assert told(book)[-1].startswith("2026-11 清算扣款 30.00 元（DET-202611-10）与台账登记的 50.00 元不一致")
    assert [amount for amount, *_ in ledger(book, case)] == [5000]
    entry = services.get_recoveries(CHENGDU, book, case["case_no"])[0]["id"]
    version = services.get_case(CHENGDU, book, case["case_no"])["version"]
    services.reverse_recovery(CHENGDU, book, case["case_no"], entry, "清算金额已更正", version)
    recover(CHENGDU, book, case, 3000, date(2026, 11, 20), voucher="DET-202611-10")
    assert enter_carried(clearing, book) == Carried(0, 0, 0, 0)


def test_a_deduction_that_is_taken_back_after_it_was_entered_is_told(
    book: Casebook, case: Case, clearing: duckdb.DuckDBPyConnection
) -> None:
    lead_to(book, case, "confirm")
    withhold(clearing, case, "50.00")
    enter_carried(clearing, book)
    change(clearing, case, detd_stas="10")
    assert enter_carried(clearing, book) == Carried(0, 0, 1, 1)
    assert told(book)[-1].startswith("2026-11 清算扣款 0.00 元（DET-202611-10）与台账登记的 50.00 元不一致")


def test_deductions_of_many_cases_stand_each_in_its_own_ledger(
    warehouse: Warehouse, book: Casebook, reviewer: Principal, clearing: duckdb.DuckDBPyConnection
) -> None:
    for number in range(4):
        warehouse.settle(f"S{number}", person=f"P{number}")
        warehouse.line(f"L{number}", f"S{number}", "120.00")
        warehouse.find("PL-11", f"S{number}", "90.00", lines=(f"L{number}",))
    warehouse.assemble(book.engine)
    every = services.list_cases(reviewer, book, CaseFilter())["items"]
    assert len(every) == 4
    for number, case in enumerate(every, 1):
        lead_to(book, case, "confirm")
        withhold(clearing, case, f"{number}0.00")
        withhold(clearing, case, "1.00", month="202612")
    assert enter_carried(clearing, book) == Carried(8, 10_400, 0, 0)
    for number, case in enumerate(every, 1):
        assert [amount for amount, *_ in ledger(book, case)] == [number * 1000, 100]
        assert services.get_case(CHENGDU, book, case["case_no"])["recovered"] == number * 1000 + 100
    assert verify_events(book.engine) is None


def test_the_mirror_says_what_came_back(book: Casebook, case: Case, clearing: duckdb.DuckDBPyConnection) -> None:
    from lianshen.cases import mirror

    lead_to(book, case, "confirm")
    withhold(clearing, case, "12.34")
    enter_carried(clearing, book)
    mirror(clearing, book.engine)
    assert clearing.execute("SELECT recovered FROM casework.audit_case").fetchall() == [(Decimal("12.34"),)]
