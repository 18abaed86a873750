"""Deadlines count the days that are worked, with make-up days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianshen.workdays import Workdays

CALENDAR = Workdays.shipped()


def test_an_ordinary_week_has_five_days() -> None:
    assert CALENDAR.add(date(2026, 11, 16), 5) == date(2026, 11, 23)


def test_national_day_is_not_worked_and_the_saturday_after_it_is() -> None:
    assert not CALENDAR.is_workday(date(2026, 10, 7))
    assert CALENDAR.is_workday(date(2026, 10, 8))
    assert CALENDAR.is_workday(date(2026, 10, 10))
    assert not CALENDAR.is_workday(date(2026, 10, 11))
    assert CALENDAR.add(date(2026, 9, 30), 3) == date(2026, 10, 10)


def test_spring_festival_of_2026_is_nine_days() -> None:
    assert CALENDAR.add(date(2026, 2, 14), 1) == date(2026, 2, 24)


def test_a_worked_day_off_counts_in_both_directions() -> None:
    assert CALENDAR.between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert CALENDAR.between(date(2026, 10, 10), date(2026, 9, 30)) == -3


def test_the_next_year_is_known_and_a_later_one_is_not() -> None:
    assert CALENDAR.is_known(2027)
    assert not CALENDAR.is_known(2031)


def test_days_are_counted_forward_and_kinds_are_known() -> None:
    with pytest.raises(ValueError, match="forward"):
        CALENDAR.add(date(2026, 1, 1), -1)
    with pytest.raises(ValueError, match="off or work"):
        Workdays.read("date,kind,note\n2026-01-01,holiday,x\n")


@given(st.dates(date(2026, 1, 1), date(2027, 12, 1)), st.integers(0, 60))
def test_counting_and_adding_agree(day: date, count: int) -> None:
    due = CALENDAR.add(day, count)
    assert CALENDAR.between(day, due) == count
    assert count == 0 or CALENDAR.is_workday(due)
    assert due >= day + timedelta(days=count)
