"""What a clearing withheld for a case stands in the case's ledger without anybody typing it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from cases.moving import STAFF, lead_to, recover

from lianshen.cases import Carried, Casebook, enter_carried, services
from lianshen.cases.events import verify_events
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
    assert enter_carried(clearing, book) == Carried(0, 0, 0)
    lead_to(book, case, "confirm")
    clearing.execute("DELETE FROM settled.det_d")
    withhold(clearing, case, "40.00", detd_stas="10")
    withhold(clearing, case, "40.00", det_type="30")
    assert enter_carried(clearing, book) == Carried(0, 0, 0)
    assert ledger(book, case) == []


def test_a_deduction_is_entered_once_with_the_month_that_carries_it(
    book: Casebook, case: Case, clearing: duckdb.DuckDBPyConnection
) -> None:
    lead_to(book, case, "confirm")
    withhold(clearing, case, "50.00")
    withhold(clearing, case, "40.00", month="202612")
    assert enter_carried(clearing, book) == Carried(2, 9000, 0)
    assert enter_carried(clearing, book) == Carried(0, 0, 0)
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
    assert enter_carried(clearing, book) == Carried(0, 0, 1)
    assert [amount for amount, *_ in ledger(book, case)] == [6000]


def test_the_mirror_says_what_came_back(book: Casebook, case: Case, clearing: duckdb.DuckDBPyConnection) -> None:
    from lianshen.cases import mirror

    lead_to(book, case, "confirm")
    withhold(clearing, case, "12.34")
    enter_carried(clearing, book)
    mirror(clearing, book.engine)
    assert clearing.execute("SELECT recovered FROM casework.audit_case").fetchall() == [(Decimal("12.34"),)]
