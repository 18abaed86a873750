"""Checks of a package as a whole: each says nothing of a sound package, and names what is wrong with another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.plain_package import Row, plain_row, plain_rows

from lianshen.quality import CheckFileError, check
from lianshen.quality.batch_checks import batch_checks


def lines_of(setl_id: str, *amounts: str) -> list[Row]:
    return [
        plain_row(
            "fee_list_d",
            bkkp_sn=f"{setl_id}/{n}",
            setl_id=setl_id,
            cnt="1",
            pric=amount,
            det_item_fee_sumamt=amount,
            preselfpay_amt="0",
            inscp_amt=amount,
        )
        for n, amount in enumerate(amounts)
    ]


def bill(setl_id: str, total: str, **changes: str) -> Row:
    return plain_row("setl_d", setl_id=setl_id, medfee_sumamt=total, inscp_amt=total, preselfpay_amt="0", **changes)


def settle(con: duckdb.DuckDBPyConnection, table: str, **columns: str) -> None:
    """Put one row into the warehouse as an earlier night would have left it."""
    names, marks = ", ".join(columns), ", ".join("?" for _ in columns)
    con.execute(f"INSERT INTO settled.{table} ({names}) VALUES ({marks})", list(columns.values()))


def test_lines_that_add_up_within_the_tolerance_are_no_finding(checked: Any) -> None:
    results = checked(setl_d=[bill("S", "100.05")], fee_list_d=lines_of("S", "40", "60"))
    assert (results["setl_d", "I4"].evaluated, results["setl_d", "I4"].unexpected) == (1, 0)


def test_lines_that_do_not_add_up_to_their_header_are_named_with_both_sums(checked: Any) -> None:
    results = checked(
        setl_d=[bill("S", "100.06"), bill("T", "9")], fee_list_d=[*lines_of("S", "40", "60"), *lines_of("T", "9")]
    )
    found = results["setl_d", "I4"]
    assert (found.evaluated, found.unexpected, found.passed) == (2, 1, False)
    assert found.sample == ({"subject": "S", "value": "medfee_sumamt 100.06 / 100.00; inscp_amt 100.06 / 100.00"},)


def test_a_settlement_whose_lines_come_another_night_is_not_compared(checked: Any) -> None:
    results = checked(setl_d=[bill("S", "100")], fee_list_d=lines_of("other", "1"))
    assert results["setl_d", "I4"].evaluated == 0


def test_a_line_sent_twice_is_not_summed_twice(checked: Any) -> None:
    results = checked(setl_d=[bill("S", "40")], fee_list_d=lines_of("S", "40") * 2)
    assert results["setl_d", "I4"].unexpected == 0


def test_a_correction_that_sends_the_changed_line_alone_is_not_compared(
    con: duckdb.DuckDBPyConnection, checked: Any
) -> None:
    settle(con, "setl_d", setl_id="S")
    results = checked(setl_d=[bill("S", "100")], fee_list_d=lines_of("S", "40"))
    assert results["setl_d", "I4"].evaluated == 0


def test_funds_add_up_without_the_personal_account(checked: Any) -> None:
    funds = [
        plain_row("setl_fund_d", setl_id="S", fund_pay_type="310100", fund_payamt="60.00"),
        plain_row("setl_fund_d", setl_id="S", fund_pay_type="310200", fund_payamt="15.00"),
    ]
    assert checked(setl_d=[plain_row("setl_d", setl_id="S")], setl_fund_d=funds)["setl_d", "I6"].unexpected == 0


def test_funds_that_do_not_add_up_are_named(checked: Any) -> None:
    funds = [plain_row("setl_fund_d", setl_id="S", fund_pay_type="310100", fund_payamt="60.02")]
    found = checked(setl_d=[plain_row("setl_d", setl_id="S")], setl_fund_d=funds)["setl_d", "I6"]
    assert found.sample == ({"subject": "S", "value": "fund_pay_sumamt 60.00 / 60.02"},)


def test_lines_know_their_header_in_the_package_or_in_the_warehouse(
    con: duckdb.DuckDBPyConnection, checked: Any
) -> None:
    settle(con, "setl_d", setl_id="old")
    found = checked(
        setl_d=[bill("new", "1")],
        fee_list_d=[*lines_of("new", "1"), *lines_of("old", "1"), *lines_of("", "1"), *lines_of("gone", "1", "1")],
    )["fee_list_d", "X1"]
    assert (found.evaluated, found.sample) == (3, ({"subject": "gone", "value": "2 lines"},))


def test_institutions_are_compared_only_when_there_is_a_register(checked: Any) -> None:
    assert ("setl_d", "X2") not in checked(setl_d=plain_rows("setl_d", 1))


def test_an_institution_of_the_province_that_no_register_knows_is_named_and_one_from_elsewhere_is_not(
    con: duckdb.DuckDBPyConnection, checked: Any
) -> None:
    settle(con, "fixmedins_b", fixmedins_code="H51010000001")
    rows = [
        *plain_rows("setl_d", 2),
        plain_row("setl_d", setl_id="S", fixmedins_code="H51030000009", fix_blng_admdvs="510300"),
        plain_row("setl_d", setl_id="T", fixmedins_code="H50010000009", fix_blng_admdvs="500100"),
        plain_row("setl_d", setl_id="U", fixmedins_code="H51990000001", fix_blng_admdvs="519900"),
    ]
    register = [plain_row("fixmedins_b", fixmedins_code="H51990000001")]
    found = checked(setl_d=rows, fixmedins_b=register)["setl_d", "X2"]
    assert (found.evaluated, found.sample) == (3, ({"subject": "H51030000009", "value": "1 settlements"},))


def test_a_person_insured_here_whom_no_register_knows_is_named(con: duckdb.DuckDBPyConnection, checked: Any) -> None:
    settle(con, "psn_b", psn_no="known")
    rows = [
        plain_row("setl_d", setl_id="S", psn_no="known"),
        plain_row("setl_d", setl_id="T", psn_no="unknown"),
        plain_row("setl_d", setl_id="U", psn_no="guest", insu_admdvs="500100"),
    ]
    found = checked(setl_d=rows)["setl_d", "X3"]
    assert (found.evaluated, found.sample) == (2, ({"subject": "unknown", "value": "1 settlements"},))


def test_a_tenth_of_stays_may_lack_a_diagnosis_and_more_is_said(checked: Any) -> None:
    def stays(name: str, diagnosed: int) -> Any:
        diagnoses = [plain_row("diag_d", mdtrt_id=f"M{n}") for n in range(diagnosed)]
        bills = [plain_row("setl_d", setl_id=f"S{n}", mdtrt_id=f"M{n}") for n in range(10)]
        clinic = plain_row("setl_d", setl_id="C", mdtrt_id="C", med_type="11")
        return checked(name, setl_d=[*bills, clinic], diag_d=diagnoses)["setl_d", "X4"]

    nine, eight = stays("2026-11-20", 9), stays("2026-11-21", 8)
    assert (nine.evaluated, nine.unexpected, nine.passed) == (10, 1, True)
    assert (eight.unexpected, eight.share, eight.passed) == (2, 0.2, False)


def test_a_table_much_smaller_than_on_the_days_before_is_said(checked: Any) -> None:
    for day in (16, 17, 18):
        assert checked(f"2026-11-{day}", diag_d=plain_rows("diag_d", 120))["diag_d", "X5"].passed
    assert checked("2026-11-19", diag_d=plain_rows("diag_d", 60))["diag_d", "X5"].passed
    small = checked("2026-11-20", diag_d=plain_rows("diag_d", 59))["diag_d", "X5"]
    assert (small.passed, small.sample) == (False, ({"subject": "diag_d", "value": "59 / 120"},))
    assert not checked("2026-11-20.2", diag_d=plain_rows("diag_d", 241))["diag_d", "X5"].passed


def test_a_package_of_an_earlier_day_is_not_compared_with_later_ones(checked: Any) -> None:
    for day in (16, 17, 18):
        checked(f"2026-11-{day}", diag_d=plain_rows("diag_d", 120))
    assert checked("2026-11-15", diag_d=plain_rows("diag_d", 10))["diag_d", "X5"].passed


HEADER = """/* check
code: Z1
table: setl_d
title_zh: 测试
title_en: test
severity: warn
tolerated_share: 0.0
about: nothing
*/
SELECT 1
"""


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("Z1_no_header.sql", "SELECT 1", "no header"),
        ("Z1_stops.sql", HEADER.replace("warn", "stop"), "severity"),
        ("Z1_unknown_key.sql", HEADER.replace("about:", "abuot:"), "abuot"),
        ("Z2_another_code.sql", HEADER, "code Z1 and file name differ"),
    ],
)
def test_a_file_that_is_no_check_is_refused_with_its_name_and_the_reason(
    tmp_path: Path, name: str, text: str, reason: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CheckFileError, match=f"{name}: .*(?s:.*){reason}"):
        batch_checks(tmp_path)


def test_a_register_that_only_comes_with_the_package_is_enough(con: duckdb.DuckDBPyConnection, receive: Any) -> None:
    staged = receive(setl_d=plain_rows("setl_d", 1), fixmedins_b=[plain_row("fixmedins_b")])
    assert {r.code: r for r in check(con, staged)}["X2"].unexpected == 0
