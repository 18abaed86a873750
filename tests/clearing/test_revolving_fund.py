"""The revolving fund as double entry: what is owed, paid, refilled, used, and when it runs dry."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.clearing_books import CHENGDU, MIANYANG, ClearingBooks

from lianshen.clearing import (
    ClearingError,
    FundFacts,
    Month,
    Terms,
    balances,
    close,
    differences,
    fund_positions,
    post,
    request_topup,
    state_of,
)
from lianshen.clearing.forecast import forecast
from lianshen.clearing.quota import quota
from lianshen.workdays import Workdays

CALENDAR = Workdays.shipped()
DAY = date(2026, 11, 2)
STEP = timedelta(days=1)


def _closing(books: ClearingBooks) -> dict[str, Decimal]:
    return {row.account: row.closing for row in balances(books.con)}


def test_an_untouched_fund_holds_what_was_paid_in(books: ClearingBooks) -> None:
    books.account(DAY, 1000)
    post(books.con)
    assert _closing(books) == {"DEPOSIT": 1000, "PRINCIPAL": 1000}
    assert differences(books.con) == []


def test_every_movement_is_an_entry_with_two_sides(books: ClearingBooks) -> None:
    books.settle("A", DAY, "300.00")
    books.refresh()
    left = books.account(DAY, 1000, out=250)
    left = books.account(DAY + STEP, left, refill=200, in_interest=3, adjust=-5)
    assert post(books.con) == 6
    assert _closing(books) == {
        "DEPOSIT": left,
        "PRINCIPAL": 1000,
        "PAYABLE": 50,
        "RECEIVABLE": 300,
        "REPLENISHMENT": 200,
        "INTEREST": 3,
        "ADJUSTMENT": -5,
    }
    (sides,) = books.con.execute("SELECT SUM(amount) FROM clearing.fund_posting").fetchone() or (None,)
    assert sides == 0


def test_a_deduction_given_back_lowers_what_is_owed_to_the_treating_region(books: ClearingBooks) -> None:
    books.reach(Month(2026, 11).last)
    books.settle("A", DAY, "300.00")
    books.case("C1", "40.00", date(2026, 11, 20))
    books.refresh()
    close(books.con, Month(2026, 11))
    post(books.con)
    assert _closing(books) == {"RECEIVABLE": 300, "PAYABLE": 260, "DEDUCTION": 40}


def test_the_database_refuses_an_entry_that_does_not_balance(books: ClearingBooks) -> None:
    entry = {"insu_region": MIANYANG, "entry_date": DAY, "kind": "CLEARED", "partner": ""}
    for debit, credit in ((5, 4), (0, 0), (-1, -1)):
        with pytest.raises(duckdb.ConstraintException):
            books.insert(
                "clearing.fund_entry",
                **entry,
                debit_account="PAYABLE",
                debit=debit,
                credit_account="DEPOSIT",
                credit=credit,
            )


def test_balances_that_do_not_follow_are_named_with_their_amount(books: ClearingBooks) -> None:
    books.account(DAY, 1000, out=100)
    books.account(DAY + STEP, 890, out=90, closing=805)
    post(books.con)
    found = [(row.day, row.kind, row.amount) for row in differences(books.con)]
    assert found == [
        (DAY + STEP, "CONTINUITY", Decimal("-10.00")),
        (DAY + STEP, "IDENTITY", Decimal("5.00")),
        (DAY + STEP, "LEDGER", Decimal("-5.00")),
    ]


def test_a_break_is_named_once_and_not_on_every_day_that_follows(books: ClearingBooks) -> None:
    books.account(DAY, 1000, closing=990)
    for number in range(1, 4):
        books.account(DAY + number * STEP, 990)
    post(books.con)
    assert [(row.day, row.kind) for row in differences(books.con)] == [(DAY, "IDENTITY"), (DAY, "LEDGER")]


def test_a_day_left_out_is_named(books: ClearingBooks) -> None:
    books.account(DAY, 1000)
    books.account(DAY + 3 * STEP, 1000)
    post(books.con)
    assert [(row.day, row.kind) for row in differences(books.con)] == [(DAY + 3 * STEP, "DAYS_LEFT_OUT")]


MOVES = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(0, 20), st.integers(-50, 50)),
    min_size=1,
    max_size=8,
)
PROPERTY = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@PROPERTY
@given(moves=MOVES, opening=st.integers(0, 1000))
def test_opening_and_movements_give_the_closing_of_every_account_and_day(
    books: ClearingBooks, moves: list[tuple[int, int, int, int]], opening: int
) -> None:
    books.empty()
    left = opening
    for number, (out, refill, interest, adjust) in enumerate(moves):
        left = books.account(DAY + number * STEP, left, out=out, refill=refill, in_interest=interest, adjust=adjust)
    post(books.con)
    assert differences(books.con) == []
    (sides,) = books.con.execute("SELECT COALESCE(SUM(amount), 0) FROM clearing.fund_posting").fetchone() or (None,)
    assert sides == 0
    rows = books.con.execute(
        "SELECT account, opening, came_in, went_out, closing FROM clearing.fund_turnover ORDER BY account, entry_date"
    ).fetchall()
    before: dict[str, Decimal] = {}
    for account, opened, came_in, went_out, closed in rows:
        assert opened == before.get(account, Decimal(0))
        assert opened + came_in - went_out == closed
        before[account] = closed
    assert before.get("DEPOSIT", Decimal(0)) == left
    journal = books.con.execute("FROM clearing.fund_entry ORDER BY ALL").fetchall()
    post(books.con)
    assert books.con.execute("FROM clearing.fund_entry ORDER BY ALL").fetchall() == journal


@pytest.mark.parametrize(
    ("out", "line", "state"),
    [
        (0, "GREEN", "FUNDED"),
        (699, "GREEN", "IN_USE"),
        (700, "YELLOW", "YELLOW"),
        (899, "YELLOW", "YELLOW"),
        (900, "RED", "RED"),
        (1000, "RED", "RED"),
        (1001, "OVERDRAWN", "RED"),
    ],
)
def test_usage_crosses_yellow_at_seventy_and_red_at_ninety_percent(
    books: ClearingBooks, out: int, line: str, state: str
) -> None:
    books.account(DAY, 5000, out=out)
    (found,) = fund_positions(books.con, CALENDAR)
    assert (found.line, found.state, found.facts.usage) == (line, state, Decimal(out) / 1000)


def test_usage_counts_from_the_day_after_the_last_refill(books: ClearingBooks) -> None:
    left = books.account(DAY, 1000, out=800)
    left = books.account(DAY + STEP, left, out=50, refill=850)
    (found,) = fund_positions(books.con, CALENDAR)
    assert (found.state, found.facts.spent) == ("REPLENISHED", 0)
    books.account(DAY + 2 * STEP, left, out=100)
    (found,) = fund_positions(books.con, CALENDAR)
    assert (found.state, found.facts.spent, found.facts.refilled_on) == ("IN_USE", 100, DAY + STEP)


def test_a_request_stands_until_the_money_comes(books: ClearingBooks) -> None:
    left = books.account(DAY, 1000, out=950)
    (found,) = fund_positions(books.con, CALENDAR)
    assert request_topup(books.con, found) == 950
    assert request_topup(books.con, found) == 950
    (found,) = fund_positions(books.con, CALENDAR)
    assert (found.state, found.refill_by) == ("TOPUP_REQUESTED", CALENDAR.add(DAY, 15))
    left = books.account(DAY + STEP, left, refill=950)
    (found,) = fund_positions(books.con, CALENDAR)
    assert (found.state, found.refill_by) == ("REPLENISHED", None)
    with pytest.raises(ClearingError, match="nothing to ask for"):
        request_topup(books.con, found)


def test_the_year_is_settled_when_december_is_closed_and_nothing_was_paid_since(books: ClearingBooks) -> None:
    books.reach(date(2027, 1, 20))
    books.settle("A", date(2026, 12, 3))
    books.refresh()
    left = books.account(date(2026, 12, 31), 1000, out=300)
    books.account(date(2027, 1, 1), left, refill=300)
    (found,) = fund_positions(books.con, CALENDAR)
    assert found.state == "REPLENISHED"
    close(books.con, Month(2026, 12))
    (found,) = fund_positions(books.con, CALENDAR)
    assert found.state == "YEAR_END_SETTLED"
    books.account(date(2027, 1, 2), left, out=1)
    (found,) = fund_positions(books.con, CALENDAR)
    assert found.state == "IN_USE"


def test_a_quota_without_money_is_only_allocated(books: ClearingBooks) -> None:
    terms = Terms.read(books.con, DAY)
    facts = FundFacts(DAY, Decimal(0), False, Decimal(1000), Decimal(0), None, None, False)
    assert state_of(facts, terms) == "ALLOCATED"


def test_a_region_without_an_account_is_said_to_have_none(books: ClearingBooks) -> None:
    with pytest.raises(ClearingError, match="revolv_fund_d"):
        fund_positions(books.con, CALENDAR, CHENGDU)


def test_the_quota_is_two_months_of_last_years_mean() -> None:
    paid = {Month(2025, number): Decimal(1200) for number in range(1, 13)} | {Month(2026, 1): Decimal(9999)}
    found = quota(paid, date(2024, 7, 1), date(2026, 11, 2), 2)
    assert (found.amount, found.basis, found.counted) == (Decimal("2400.00"), "LAST_YEAR", 12)


@pytest.mark.parametrize(
    ("since", "on", "amount", "basis", "counted"),
    [
        # October began before anything was known: November and December are the whole months.
        (date(2025, 10, 9), date(2026, 2, 1), "3000.00", "PART_OF_LAST_YEAR", 2),
        (date(2026, 1, 1), date(2026, 2, 28), "1200.00", "THIS_YEAR", 2),
        (date(2026, 1, 1), date(2026, 2, 27), "800.00", "THIS_YEAR", 1),
        (date(2026, 1, 2), date(2026, 1, 11), "2433.33", "DAYS", 10),
    ],
)
def test_with_less_history_the_quota_says_what_it_rests_on(
    since: date, on: date, amount: str, basis: str, counted: int
) -> None:
    months = {(2025, 10): 100, (2025, 11): 1000, (2025, 12): 2000, (2026, 1): 400, (2026, 2): 800}
    paid = {Month(*key): Decimal(value) for key, value in months.items() if Month(*key) >= Month.of(since)}
    found = quota(paid, since, on, 2)
    assert (found.amount, found.basis, found.counted) == (Decimal(amount), basis, counted)


def test_without_history_there_is_no_quota() -> None:
    assert quota({}, DAY, DAY, 2).amount is None


def _steady(days: int, fen: int = 100) -> list[tuple[date, int]]:
    return [(DAY + number * STEP, fen) for number in range(days)]


def test_a_steady_outflow_runs_dry_on_the_day_that_arithmetic_says() -> None:
    found = forecast(1050, _steady(28), CALENDAR)
    last = DAY + 27 * STEP
    assert (found.state, found.dry_on, found.earliest, found.latest) == ("DRY_ON", *[last + 11 * STEP] * 3)
    assert found.daily_fen == 100


def test_a_scattered_outflow_has_an_interval_around_the_day() -> None:
    outflow = [(day, 100 + 90 * (number % 2)) for number, (day, _) in enumerate(_steady(28))]
    found = forecast(5000, outflow, CALENDAR)
    assert found.earliest is not None
    assert found.dry_on is not None
    assert found.latest is not None
    assert found.earliest < found.dry_on < found.latest


def test_days_off_are_expected_to_be_as_quiet_as_they_were() -> None:
    outflow = [(day, 100 if CALENDAR.is_workday(day) else 0) for day, _ in _steady(28)]
    found = forecast(450, outflow, CALENDAR)
    assert found.dry_on == CALENDAR.add(DAY + 27 * STEP, 5)


def test_a_day_of_another_order_is_named_and_not_taken_for_a_pattern() -> None:
    outflow = [(day, 100 + 10 * (number % 3)) for number, (day, _) in enumerate(_steady(28))]
    plain = forecast(5000, outflow, CALENDAR)
    arrears = outflow[12][0]
    found = forecast(5000, [(day, 90_000 if day == arrears else fen) for day, fen in outflow], CALENDAR)
    assert plain.unusual == ()
    assert found.unusual == (arrears,)
    assert plain.dry_on is not None
    assert found.dry_on is not None
    assert abs((found.dry_on - plain.dry_on).days) <= 2


def test_one_payment_a_month_is_the_pattern_and_not_unusual() -> None:
    outflow = [(day, 3_000 if number == 10 else 0) for number, (day, _) in enumerate(_steady(28))]
    found = forecast(9_000, outflow, CALENDAR)
    assert found.unusual == ()
    assert found.state == "DRY_ON"


def test_a_fortnight_is_the_least_history() -> None:
    assert forecast(1000, _steady(13), CALENDAR).state == "NOT_ENOUGH_HISTORY"
    assert forecast(1000, _steady(14), CALENDAR).state == "DRY_ON"


def test_a_fund_that_nobody_uses_does_not_run_dry() -> None:
    found = forecast(1000, _steady(28, 0), CALENDAR)
    assert (found.state, found.dry_on) == ("BEYOND_HORIZON", None)


def test_an_empty_fund_is_dry_already() -> None:
    assert forecast(0, _steady(28), CALENDAR).dry_on == DAY + 27 * STEP
