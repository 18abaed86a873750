"""A month is closed once, in order; what comes later goes into the next, and every yuan has two ends."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from support.clearing_books import CHENGDU, JILIN, LESHAN, MIANYANG, PROVINCIAL, ClearingBooks

from lianshen.clearing import ClearingError, Closing, Month, MonthNotOver, close, month_as_it_stands, positions, verify
from lianshen.errors import UsageError

OCTOBER, NOVEMBER, DECEMBER = Month(2026, 10), Month(2026, 11), Month(2026, 12)


def _net(closing: Closing) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in positions(closing.lines):
        found[row.region] = found.get(row.region, Decimal(0)) + row.net
    return found


def _dump(books: ClearingBooks) -> list[list[tuple[object, ...]]]:
    tables = ("closed_month", "cleared_settlement", "carried_deduction", "net_line")
    return [books.con.execute(f"FROM clearing.{table} ORDER BY ALL").fetchall() for table in tables]


def test_local_care_is_nobodys_debt(books: ClearingBooks) -> None:
    books.reach(NOVEMBER.last)
    books.settle("A", date(2026, 11, 3), insured=CHENGDU, treating=CHENGDU)
    books.refresh()
    assert close(books.con, NOVEMBER).lines == ()


def test_the_insured_region_owes_the_treating_region_what_its_funds_paid(books: ClearingBooks) -> None:
    books.reach(NOVEMBER.last)
    books.settle("A", date(2026, 11, 3), "100.00")
    books.settle("B", date(2026, 11, 4), "40.00", insured=CHENGDU, treating=MIANYANG)
    books.settle("C", date(2026, 11, 5), "7.00", insured=LESHAN, treating=PROVINCIAL)
    books.refresh()
    closing = close(books.con, NOVEMBER)
    assert (closing.settlements, closing.fund) == (3, Decimal("147.00"))
    assert _net(closing) == {MIANYANG: -60, CHENGDU: 60, LESHAN: -7, PROVINCIAL: 7}


def test_other_provinces_are_settled_with_the_national_centre(books: ClearingBooks) -> None:
    books.reach(NOVEMBER.last)
    books.settle("IN", date(2026, 11, 3), "100.00", insured=JILIN)
    books.settle("OUT", date(2026, 11, 4), "30.00", treating=JILIN)
    books.refresh()
    closing = close(books.con, NOVEMBER)
    assert _net(closing) == {"000000": -70, CHENGDU: 100, MIANYANG: -30}
    assert {(line.insu_region, line.treat_region) for line in closing.lines} == {
        ("220000", CHENGDU),
        (MIANYANG, "220000"),
    }


def test_local_fund_types_are_cleared_under_the_national_ones(books: ClearingBooks) -> None:
    books.reach(NOVEMBER.last)
    funds = {"390100": "60.00", "390200": "25.00", "610100": "10.00", "640100": "5.00", "310200": "33.00"}
    books.settle("A", date(2026, 11, 3), "100.00", insutype="390", funds=funds)
    books.refresh()
    lines = close(books.con, NOVEMBER).lines
    assert {line.fund_type: line.amount for line in lines} == {"390100": 60, "330100": 25, "610100": 10, "910100": 5}
    assert sum(line.records for line in lines) == 1


def test_fund_rows_that_do_not_add_up_give_way_to_the_header(books: ClearingBooks) -> None:
    books.reach(NOVEMBER.last)
    parts = {"hifp_pay": "70", "hifmi_pay": "20", "fund_pay_sumamt": "100"}
    books.settle("A", date(2026, 11, 3), "100.00", insutype="390", funds={"390100": "60.00"}, **parts)
    books.refresh()
    lines = close(books.con, NOVEMBER).lines
    assert {line.fund_type: line.amount for line in lines} == {"390100": 70, "330100": 20, "910100": 10}


def test_a_reversal_takes_back_in_its_own_month_what_the_month_before_cleared(books: ClearingBooks) -> None:
    books.reach(DECEMBER.last)
    books.settle("A", date(2026, 11, 28), "100.00")
    books.settle("R", date(2026, 12, 2), "-100.00", reverses="A")
    books.refresh()
    assert _net(close(books.con, NOVEMBER)) == {MIANYANG: -100, CHENGDU: 100}
    december = close(books.con, DECEMBER)
    assert [(line.kind, line.amount) for line in december.lines] == [("CURRENT", -100)]
    (total,) = books.con.execute("SELECT SUM(amount) FROM clearing.cleared_settlement").fetchone() or (None,)
    assert total == 0


def test_closing_again_changes_nothing_and_says_so(books: ClearingBooks) -> None:
    books.reach(NOVEMBER.last)
    books.settle("A", date(2026, 11, 3))
    books.refresh()
    first = close(books.con, NOVEMBER)
    before = _dump(books)
    books.settle("LATE", date(2026, 11, 9))
    books.refresh()
    again = close(books.con, NOVEMBER)
    assert (first.state, again.state) == ("CLOSED", "UNCHANGED")
    assert (again.hash, again.lines, again.fund) == (first.hash, first.lines, first.fund)
    assert _dump(books) == before


def test_what_comes_late_is_altered_withdrawn_or_moved_is_put_right_by_the_next_month(books: ClearingBooks) -> None:
    books.reach(NOVEMBER.last)
    day = date(2026, 11, 3)
    for name in ("SAME", "ALTERED", "WITHDRAWN", "MOVED"):
        books.settle(name, day, "100.00")
    books.refresh()
    close(books.con, NOVEMBER)
    books.settle("LATE", date(2026, 11, 9), "11.00")
    books.con.execute("UPDATE settled.setl_d SET hifp_pay = 90, fund_pay_sumamt = 90 WHERE setl_id = 'ALTERED'")
    books.con.execute("UPDATE settled.setl_d SET vali_flag = '0' WHERE setl_id = 'WITHDRAWN'")
    books.con.execute("UPDATE settled.setl_d SET insu_admdvs = '511100' WHERE setl_id = 'MOVED'")
    books.reach(DECEMBER.last)
    books.refresh()
    found = verify(books.con, NOVEMBER)
    assert (found.intact, found.altered, found.adjustment) == (True, 4, Decimal("-99.00"))
    close(books.con, DECEMBER)
    rows = books.con.execute(
        "SELECT setl_id, insu_region, kind, source_month, amount FROM clearing.cleared_settlement "
        "WHERE month = '2026-12' ORDER BY ALL"
    ).fetchall()
    assert rows == [
        ("ALTERED", MIANYANG, "PRIOR", "2026-11", Decimal("-10.00")),
        ("LATE", MIANYANG, "PRIOR", "2026-11", Decimal("11.00")),
        ("MOVED", MIANYANG, "PRIOR", "2026-11", Decimal("-100.00")),
        ("MOVED", LESHAN, "PRIOR", "2026-11", Decimal("100.00")),
        ("WITHDRAWN", MIANYANG, "PRIOR", "2026-11", Decimal("-100.00")),
    ]
    assert verify(books.con, NOVEMBER).altered == 0


def test_rows_of_a_closed_month_that_were_tampered_with_no_longer_give_its_hash(books: ClearingBooks) -> None:
    books.reach(NOVEMBER.last)
    books.settle("A", date(2026, 11, 3), "100.00")
    books.refresh()
    close(books.con, NOVEMBER)
    books.con.execute("UPDATE clearing.net_line SET amount = 99")
    assert not verify(books.con, NOVEMBER).intact
    books.con.execute("UPDATE clearing.net_line SET amount = 100")
    assert verify(books.con, NOVEMBER).intact
    books.con.execute("UPDATE clearing.cleared_settlement SET setl_id = 'B'")
    assert not verify(books.con, NOVEMBER).intact


def test_a_month_is_over_on_its_last_day_and_not_the_day_before(books: ClearingBooks) -> None:
    books.settle("A", date(2026, 11, 3))
    books.refresh()
    books.reach(date(2026, 11, 29))
    with pytest.raises(MonthNotOver, match="has reached 2026-11-29"):
        close(books.con, NOVEMBER)
    assert month_as_it_stands(books.con, NOVEMBER).state == "PROVISIONAL"
    assert _dump(books) == [[], [], [], []]
    books.reach(date(2026, 11, 30))
    assert close(books.con, NOVEMBER).state == "CLOSED"


def test_months_are_closed_in_order(books: ClearingBooks) -> None:
    books.reach(date(2027, 2, 28))
    books.settle("A", date(2026, 10, 30))
    books.settle("B", date(2026, 11, 30))
    books.refresh()
    with pytest.raises(ClearingError, match="begin in 2026-10"):
        close(books.con, NOVEMBER)
    close(books.con, OCTOBER)
    with pytest.raises(ClearingError, match="close 2026-11 first"):
        close(books.con, DECEMBER)
    with pytest.raises(ClearingError, match="goes into the next, 2026-11"):
        close(books.con, Month(2026, 9))


def test_books_may_begin_with_a_month_whose_forerunners_were_cleared_elsewhere(books: ClearingBooks) -> None:
    books.reach(date(2027, 1, 31))
    books.settle("OLD", date(2026, 10, 30), "500.00")
    books.settle("A", date(2026, 11, 30), "100.00")
    books.refresh()
    assert close(books.con, NOVEMBER, start=True).fund == Decimal("100.00")
    books.settle("BACK", date(2026, 12, 1), "-500.00", reverses="OLD")
    books.refresh()
    assert close(books.con, DECEMBER).fund == Decimal("-500.00")
    with pytest.raises(ClearingError, match="first month only"):
        close(books.con, Month(2027, 1), start=True)


def test_a_month_without_settlements_closes_empty(books: ClearingBooks) -> None:
    books.reach(DECEMBER.last)
    books.settle("A", date(2026, 11, 30))
    books.refresh()
    close(books.con, NOVEMBER)
    assert close(books.con, DECEMBER).lines == ()


def test_a_closed_case_gives_the_money_back_to_the_insured_regions_fund(books: ClearingBooks) -> None:
    books.reach(DECEMBER.last)
    books.settle("A", date(2026, 11, 3), "100.00")
    books.case("C1", "30.00", date(2026, 11, 30))
    books.case("NEXT", "8.00", date(2026, 12, 1))
    books.case("OPEN", None, None)
    books.case("NOTHING", "0.00", date(2026, 11, 5))
    books.refresh()
    closing = close(books.con, NOVEMBER)
    assert (closing.fund, closing.deductions) == (Decimal("100.00"), Decimal("-30.00"))
    assert _net(closing) == {MIANYANG: -70, CHENGDU: 70}
    assert close(books.con, DECEMBER).deductions == Decimal("-8.00")
    assert close(books.con, NOVEMBER).deductions == Decimal("-30.00")


def test_a_deduction_is_carried_once_and_a_lower_determination_pays_the_rest_back(books: ClearingBooks) -> None:
    books.reach(DECEMBER.last)
    books.case("C1", "30.00", date(2026, 11, 20))
    booked = {"case_id": "C1", "clr_ym": "202611", "det_type": "20", "detd_stas": "30", "det_amt": 30}
    books.insert("settled.det_d", **booked)
    books.refresh()
    assert close(books.con, NOVEMBER).deductions == Decimal("-30.00")
    books.con.execute("UPDATE casework.audit_case SET determined = 20")
    assert close(books.con, DECEMBER).deductions == Decimal("10.00")


def test_what_was_withheld_of_an_open_case_is_carried_but_retention_is_not(books: ClearingBooks) -> None:
    books.reach(NOVEMBER.last)
    books.case("OPEN", None, None)
    for case_id, kind, amount in (("OPEN", "10", 12), ("OPEN", "40", 500), ("HIST-1", "10", 99)):
        books.insert("settled.det_d", case_id=case_id, clr_ym="202611", det_type=kind, detd_stas="20", det_amt=amount)
    books.refresh()
    assert close(books.con, NOVEMBER).deductions == Decimal("-12.00")


def test_closing_needs_a_day_to_count_from(books: ClearingBooks) -> None:
    with pytest.raises(ClearingError, match="nothing was received"):
        close(books.con, NOVEMBER)


@pytest.mark.parametrize("text", ["2026-13", "26-11", "november", "2026-1", ""])
def test_a_month_is_written_with_four_and_two_digits(text: str) -> None:
    with pytest.raises(UsageError, match="write it as 2026-11"):
        Month.parse(text)
    assert Month.parse("202611") == Month.parse("2026-11") == NOVEMBER


def test_months_count_across_years_and_know_their_last_day() -> None:
    assert str(NOVEMBER.plus(2)) == "2027-01"
    assert str(Month(2026, 1).plus(-1)) == "2025-12"
    assert Month(2028, 2).last == date(2028, 2, 29)
    assert Month(2027, 2).day(30) == date(2027, 2, 28)
