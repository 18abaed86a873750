"""What institutions and partners state is compared with what the centre holds, and every difference has its name."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from support.clearing_books import HOSPITAL, JILIN, LESHAN, ClearingBooks

from lianshen.clearing import first_day, reconcile

DAY = date(2026, 11, 5)
NEXT = date(2026, 11, 6)


def _classes(books: ClearingBooks) -> dict[str, int]:
    books.refresh()
    return reconcile(books.con).statements


def test_a_statement_that_agrees_is_balanced_and_a_reversal_counts_minus_one(books: ClearingBooks) -> None:
    books.reach(NEXT)
    books.settle("A", DAY, "300.00")
    books.settle("B", DAY, "100.00")
    books.settle("C", DAY, "-100.00", reverses="B")
    books.state(DAY, 1, "300.00")
    assert _classes(books) == {"BALANCED": 1}


@pytest.mark.parametrize(
    ("count", "fund", "total", "account", "found"),
    [
        (2, "300.00", "600.00", 0, "COUNT"),
        (1, "300.00", "600.01", 0, "TOTAL"),
        (1, "299.99", "600.00", 0, "FUND"),
        (1, "300.00", "600.00", 5, "ACCOUNT"),
    ],
)
def test_the_first_figure_that_differs_names_the_difference(
    books: ClearingBooks, count: int, fund: str, total: str, account: int, found: str
) -> None:
    books.reach(NEXT)
    books.settle("A", DAY, "300.00")
    books.state(DAY, count, fund, total=total, acct_pay=account)
    assert _classes(books) == {found: 1}


def test_the_agencys_own_result_is_compared_with_the_centres(books: ClearingBooks) -> None:
    books.reach(NEXT)
    books.settle("A", DAY, "300.00")
    books.state(DAY, 1, "200.00", total="600.00", stmt_rslt="0")
    books.refresh()
    (row,) = reconcile(books.con).agencies
    assert (row.agency, row.differing, row.fund_off, row.agency_disagrees) == ("510100", 1, Decimal("100.00"), 1)


def test_a_day_without_a_statement_is_missing_only_when_the_next_day_has_come(books: ClearingBooks) -> None:
    books.settle("A", DAY)
    books.reach(DAY)
    assert _classes(books) == {"NOT_DUE": 1}
    books.reach(NEXT)
    assert _classes(books) == {"MISSING_STATEMENT": 1}


def test_a_statement_of_several_days_covers_them_all(books: ClearingBooks) -> None:
    books.reach(date(2026, 11, 9))
    books.settle("A", DAY, "300.00")
    books.settle("B", NEXT, "50.00")
    books.state(DAY, 2, "350.00", stmt_enddate=NEXT)
    assert _classes(books) == {"BALANCED": 1}


def test_insurance_and_clearing_type_are_stated_apart(books: ClearingBooks) -> None:
    books.reach(NEXT)
    books.settle("A", DAY, "300.00")
    books.settle("B", DAY, "50.00", insutype="390")
    books.state(DAY, 2, "350.00")
    assert _classes(books) == {"COUNT": 1, "MISSING_STATEMENT": 1}


def test_withdrawn_settlements_and_claims_at_the_counter_are_not_stated(books: ClearingBooks) -> None:
    books.reach(NEXT)
    books.settle("A", DAY, vali_flag="0")
    books.settle("B", DAY, setl_type="1")
    assert _classes(books) == {}


def test_details_are_matched_by_number_else_by_message(books: ClearingBooks) -> None:
    books.reach(NEXT)
    for name in ("A", "B", "C", "D"):
        books.settle(name, DAY, "100.00")
    books.detail("A", "100.00")
    books.detail("OTHER", "100.00", msgid="MB")
    books.detail("C", "90.00")
    books.detail("GONE", "70.00")
    books.refresh()
    assert reconcile(books.con).details == {"AMOUNT": 1, "BALANCED": 2, "ONLY_CENTRE": 1, "ONLY_PROVIDER": 1}
    rows = books.con.execute(
        "SELECT setl_id, stated_fund, held_fund FROM clearing.detail_check WHERE class LIKE 'ONLY%' ORDER BY ALL"
    ).fetchall()
    assert rows == [("D", None, Decimal("100.00")), ("GONE", Decimal("70.00"), None)]


def test_a_reversal_listed_as_an_ordinary_settlement_has_the_wrong_flag(books: ClearingBooks) -> None:
    books.reach(NEXT)
    books.settle("A", DAY, "100.00")
    books.settle("R", DAY, "-100.00", reverses="A")
    books.detail("A", "100.00")
    books.detail("R", "-100.00", refd_setl_flag="0")
    books.refresh()
    assert reconcile(books.con).details == {"BALANCED": 1, "REFUND_FLAG": 1}


def test_an_institution_that_sent_no_details_of_a_day_is_not_asked_for_them(books: ClearingBooks) -> None:
    books.reach(NEXT)
    books.settle("A", DAY)
    books.settle("B", NEXT)
    books.detail("A", "100.00")
    books.refresh()
    assert reconcile(books.con).details == {"BALANCED": 1}


def _partners(books: ClearingBooks, setl_id: str, flags: str, funds: tuple[int | None, ...]) -> None:
    hosp, treat, insu = funds
    books.insert(
        "settled.tri_stmt_d",
        setl_id=setl_id,
        stmt_date=date(2026, 11, 7),
        hosp_flag=flags[0],
        treat_flag=flags[1],
        insu_flag=flags[2],
        hosp_fund=hosp,
        treat_fund=treat,
        insu_fund=insu,
        updt_time="2026-11-07 00:00:00",
    )


def test_three_parties_hold_the_same_or_it_is_said_who_does_not(books: ClearingBooks) -> None:
    books.reach(date(2026, 11, 9))
    for name in ("ALL", "LACKS", "OFF", "NONE"):
        books.settle(name, DAY, "100.00", insured=JILIN)
    books.settle("HERE", DAY, "100.00", insured=LESHAN)
    _partners(books, "ALL", "111", (100, 100, 100))
    _partners(books, "LACKS", "110", (100, 100, None))
    _partners(books, "OFF", "111", (100, 100, 99))
    _partners(books, "GHOST", "001", (None, None, 40))
    books.refresh()
    reconcile(books.con)
    rows = books.con.execute("SELECT setl_id, class, missing FROM clearing.partner_check ORDER BY ALL").fetchall()
    assert rows == [
        ("ALL", "BALANCED", ""),
        ("GHOST", "ONLY_PARTNER", "INSTITUTION+TREATING"),
        ("LACKS", "PARTNER_MISSING", "INSURED"),
        ("NONE", "NO_RECORD", ""),
        ("OFF", "AMOUNT", ""),
    ]


def test_the_partners_record_is_due_two_days_later(books: ClearingBooks) -> None:
    books.settle("A", DAY, insured=JILIN)
    books.refresh()
    books.reach(date(2026, 11, 6))
    assert reconcile(books.con).partners == {"NOT_DUE": 1}
    books.reach(date(2026, 11, 7))
    assert reconcile(books.con).partners == {"NO_RECORD": 1}


def test_reconciling_some_days_leaves_the_others_as_they_were(books: ClearingBooks) -> None:
    books.reach(date(2026, 11, 9))
    books.settle("A", DAY, "300.00")
    books.settle("B", NEXT, "50.00")
    books.refresh()
    assert reconcile(books.con).statements == {"MISSING_STATEMENT": 2}
    books.state(DAY, 1, "300.00")
    books.state(NEXT, 1, "50.00")
    assert reconcile(books.con, NEXT, NEXT).statements == {"BALANCED": 1}
    found = books.con.execute("SELECT from_date, class FROM clearing.statement_check ORDER BY ALL").fetchall()
    assert found == [(DAY, "MISSING_STATEMENT"), (NEXT, "BALANCED")]
    assert reconcile(books.con).open_items == 0


def test_a_night_looks_again_at_the_days_that_its_packages_may_have_changed(books: ClearingBooks) -> None:
    books.reach(date(2026, 11, 9))
    assert first_day(books.con, []) is None
    books.insert("intake.package", package="2026-11-09.9", business_date=date(2026, 11, 9), sequence=9, source="t",
                 manifest_sha256="0")  # fmt: skip
    month = timedelta(days=31)
    assert first_day(books.con, ["2026-11-09.9"]) == date(2026, 11, 9) - month
    books.settle("OLD", date(2026, 3, 2), "300.00")
    books.refresh()
    books.con.execute("INSERT INTO work.touched_settlement VALUES ('OLD') ON CONFLICT DO NOTHING")
    assert first_day(books.con, ["2026-11-09.9"]) == date(2026, 3, 2) - month


def _set_aside(books: ClearingBooks, setl_id: str) -> None:
    raw = f'{{"fixmedins_code": "{HOSPITAL}", "setl_time": "2026-11-05 09:00:00"}}'
    place = {"table_name": "setl_d", "package": "p", "file": "f", "row_no": 1, "is_stopped": False}
    books.insert("intake.quarantine_row", **place, primary_key=setl_id, raw=raw)


def test_what_the_centre_set_aside_itself_explains_what_it_lacks(books: ClearingBooks) -> None:
    books.reach(NEXT)
    books.settle("A", DAY, "300.00")
    books.detail("A", "300.00")
    books.detail("Q", "50.00")
    books.state(DAY, 2, "350.00")
    books.refresh()
    before = reconcile(books.con)
    assert (before.statements, before.details) == ({"COUNT": 1}, {"BALANCED": 1, "ONLY_PROVIDER": 1})
    _set_aside(books, "Q")
    after = reconcile(books.con)
    assert (after.statements, after.details) == ({"SET_ASIDE": 1}, {"BALANCED": 1, "SET_ASIDE": 1})


def test_institutions_of_other_provinces_send_no_statements_here(books: ClearingBooks) -> None:
    books.reach(NEXT)
    books.settle("A", DAY, treating=JILIN)
    assert _classes(books) == {}
