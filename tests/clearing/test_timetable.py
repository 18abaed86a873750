"""Months are declared, cleared and paid by dated terms, and who is late is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from support.clearing_books import CHENGDU, ClearingBooks

from lianshen.clearing import ClearingError, Month, Terms, Timetable, late
from lianshen.workdays import Workdays

CALENDAR = Workdays.shipped()
NOVEMBER = Month(2026, 11)


def test_the_days_of_a_month(books: ClearingBooks) -> None:
    table = Timetable.of(NOVEMBER, Terms.read(books.con, NOVEMBER.last), CALENDAR)
    assert table.declare_by == date(2026, 12, 20)
    assert table.postponed_until == date(2027, 2, 20)
    assert table.notice_on == date(2026, 12, 21)
    assert table.request_by == date(2026, 12, 28)
    assert table.pay_by == CALENDAR.add(date(2026, 12, 28), 10)
    assert table.year_ends_by == date(2027, 3, 31)


def test_postponement_ends_with_the_first_quarter(books: ClearingBooks) -> None:
    terms = Terms.read(books.con, NOVEMBER.last)
    assert Timetable.of(Month(2026, 12), terms, CALENDAR).postponed_until == date(2027, 3, 20)
    longer = Terms(terms.on, {**terms._terms, "postpone_months": terms["quota_months"]})
    assert Timetable.of(Month(2026, 12), longer, CALENDAR).postponed_until <= date(2027, 3, 31)


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (date(2026, 12, 20), None),
        (date(2026, 12, 21), "POSTPONED"),
        (date(2027, 2, 20), "POSTPONED"),
        (date(2027, 2, 21), "OVERDUE"),
        (date(2027, 3, 31), "OVERDUE"),
        (date(2027, 4, 1), "PAST_YEAR_END"),
    ],
)
def test_who_is_late_the_day_before_and_on_the_day(books: ClearingBooks, day: date, stage: str | None) -> None:
    books.settle("A", date(2026, 11, 5), "100.00")
    books.refresh()
    found = late(books.con, day, CALENDAR)
    assert [row.stage for row in found] == ([stage] if stage else [])
    for row in found:
        assert (row.region, row.settlements, row.fund) == (CHENGDU, 1, Decimal("100.00"))


def _apply(books: ClearingBooks, state: str) -> None:
    books.insert("settled.clr_detl_d", clr_appy_evt_id="E", setl_id="A", fund_pay_type="310100", amt=100)
    books.insert("settled.clr_appy_d", clr_appy_evt_id="E", clr_stas=state, updt_time="2026-12-01 00:00:00")


@pytest.mark.parametrize(("state", "is_late"), [("10", False), ("60", False), ("70", True)])
def test_an_application_declares_unless_it_was_rejected(books: ClearingBooks, state: str, is_late: bool) -> None:
    books.settle("A", date(2026, 11, 5))
    books.refresh()
    _apply(books, state)
    assert bool(late(books.con, date(2027, 1, 1), CALENDAR)) is is_late


def test_what_was_reversed_or_is_local_need_not_be_declared(books: ClearingBooks) -> None:
    books.settle("A", date(2026, 11, 5))
    books.settle("R", date(2026, 11, 6), "-100.00", reverses="A")
    books.settle("L", date(2026, 11, 6), insured=CHENGDU)
    books.refresh()
    assert late(books.con, date(2027, 1, 1), CALENDAR) == []


def test_every_term_names_its_source_and_its_certainty(books: ClearingBooks) -> None:
    terms = Terms.read(books.con, date(2026, 11, 30))
    for name in ("declare_day", "postpone_months", "yellow_share", "red_share", "quota_months"):
        assert terms[name].source
        assert terms[name].certainty in {"general", "illustrative"}


def test_a_term_without_a_value_on_the_day_is_an_error_and_no_zero(books: ClearingBooks) -> None:
    with pytest.raises(ClearingError, match=r"'declare_day' has no value on 1999-01-01"):
        Terms.read(books.con, date(1999, 1, 1))["declare_day"]
