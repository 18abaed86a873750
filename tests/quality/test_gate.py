"""What the gate lets pass, sets aside, stops and records."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.plain_package import land, plain_row, plain_rows

from lianshen.quality import CheckUndecided, Limits, check, load
from lianshen.warehouse.connect import open_warehouse
from lianshen.warehouse.staging import stage


def test_plainly_correct_rows_pass_every_check(checked: Any, rejected: Any) -> None:
    results = checked(
        setl_d=plain_rows("setl_d", 3),
        fee_list_d=[plain_row("fee_list_d", bkkp_sn=f"B{n}", setl_id=f"setl_id-{n}") for n in range(3)],
        diag_d=plain_rows("diag_d", 3, mdtrt_id="mdtrt_id"),
    )
    assert [key for key, result in results.items() if not result.passed] == []
    assert rejected() == []
    assert results["setl_d", "N-setl_id"].evaluated == 3


@pytest.mark.parametrize(
    ("code", "change", "reason"),
    [
        ("N-psn_no", {"psn_no": ""}, ("psn_no", "not_null", None)),
        ("C-hosp_lv", {"hosp_lv": "99"}, ("hosp_lv", "codes", "99")),
        ("F-insu_admdvs", {"insu_admdvs": "5104"}, ("insu_admdvs", "format", "5104")),
        ("R-begndate", {"begndate": "1019-11-10"}, ("begndate", "range", "1019-11-10")),
        (
            "stay_order",
            {"begndate": "2026-11-20"},
            (None, "stay_order", "begndate=2026-11-20; enddate=2026-11-19"),
        ),
    ],
)
def test_a_row_that_breaks_a_check_is_set_aside_with_its_reason(
    checked: Any, rejected: Any, code: str, change: dict[str, str], reason: tuple[Any, ...]
) -> None:
    rows = plain_rows("setl_d", 5)
    rows[3] |= change
    result = checked(setl_d=rows)["setl_d", code]
    assert ("setl_d", 4, *reason) in rejected()
    assert {row for _, row, *_ in rejected()} == {4}
    assert (result.unexpected, result.evaluated, result.passed, result.severity) == (1, 5, False, "set_aside")
    assert result.sample == ({"file": "setl_d.csv", "row": 4, "value": reason[2]},)


def test_what_only_warns_is_counted_and_nobody_is_set_aside(checked: Any, rejected: Any) -> None:
    rows = plain_rows("setl_d", 4)
    rows[1]["hifp_pay"] = "60.02"
    rows[2]["med_type"] = "77"
    results = checked(setl_d=rows)
    assert results["setl_d", "i5_funds"].unexpected == 1
    assert results["setl_d", "P-med_type"].sample == ({"file": "setl_d.csv", "row": 3, "value": "77"},)
    assert rejected() == []


def test_every_broken_row_is_set_aside_however_many_there_are(checked: Any, rejected: Any) -> None:
    rows = plain_rows("fee_list_d", 1000)
    for row in rows[::4]:
        row["chrgitm_lv"] = "9"
    result = checked(fee_list_d=rows)["fee_list_d", "C-chrgitm_lv"]
    assert result.unexpected == 250
    assert [row for _, row, *_ in rejected()] == list(range(1, 1001, 4))
    assert [shown["row"] for shown in result.sample] == [1, 5, 9, 13, 17]


def test_a_row_with_two_faults_is_set_aside_with_both_reasons(checked: Any, rejected: Any) -> None:
    rows = plain_rows("setl_d", 4)
    rows[0] |= {"hosp_lv": "99", "pay_loc": "7"}
    checked(setl_d=rows)
    assert [(column, rule) for _, _, column, rule, _ in rejected()] == [("hosp_lv", "codes"), ("pay_loc", "codes")]


def test_a_cell_that_the_reader_refused_keeps_the_readers_reason(checked: Any, rejected: Any) -> None:
    rows = plain_rows("setl_d", 4)
    rows[2]["medfee_sumamt"] = "12,50"
    results = checked(setl_d=rows)
    assert rejected() == [("setl_d", 3, "medfee_sumamt", "type", "12,50")]
    assert results["setl_d", "T-medfee_sumamt"].sample == ({"file": "setl_d.csv", "row": 3, "value": "12,50"},)
    assert results["setl_d", "T-medfee_sumamt"].expectation == "reader"
    assert results["setl_d", "N-medfee_sumamt"].passed


def test_exactly_the_permitted_share_of_bad_rows_does_not_stop_a_table_and_one_more_does(
    con: duckdb.DuckDBPyConnection, receive: Any
) -> None:
    def bad(count: int, name: str) -> Any:
        rows = plain_rows("setl_d", 10)
        for row in rows[:count]:
            row["gend"] = "x"
        staged = receive(name, setl_d=rows, diag_d=plain_rows("diag_d", 2))
        results = {(r.table, r.code): r for r in check(con, staged)}
        return staged, results

    staged, results = bad(3, "2026-11-20")
    assert (staged.tables["setl_d"].stopped, results["setl_d", "STOP"].passed) == (None, True)
    staged, results = bad(4, "2026-11-21")
    assert not results["setl_d", "STOP"].passed
    assert "4 of 10 rows" in staged.tables["setl_d"].stopped
    assert staged.tables["diag_d"].stopped is None


def test_the_operator_sets_the_share_that_stops_a_table(con: duckdb.DuckDBPyConnection, receive: Any) -> None:
    rows = plain_rows("setl_d", 10)
    rows[0]["gend"] = "x"
    staged = receive(setl_d=rows)
    check(con, staged, limits=Limits(stop_share=Decimal("0.05")))
    assert staged.tables["setl_d"].stopped is not None


def test_a_repeated_key_is_information_and_no_fault(checked: Any, rejected: Any) -> None:
    rows = plain_rows("setl_d", 3)
    result = checked(setl_d=[*rows, rows[0]])["setl_d", "KEY"]
    assert (result.unexpected, result.passed, result.severity) == (1, True, "info")
    assert rejected() == []


def test_tables_that_are_stopped_or_empty_are_left_alone(con: duckdb.DuckDBPyConnection, receive: Any) -> None:
    staged = receive(
        without={"setl_d": "psn_no"}, setl_d=plain_rows("setl_d", 2), diag_d=[], mdtrt_d=plain_rows("mdtrt_d", 2)
    )
    assert staged.tables["setl_d"].stopped is not None
    assert {result.table for result in check(con, staged)} == {"mdtrt_d"}


def test_results_are_recorded_and_replaced_when_the_package_is_staged_and_checked_again(
    con: duckdb.DuckDBPyConnection, receive: Any, identity: Any
) -> None:
    rows = plain_rows("setl_d", 4)
    rows[1]["hosp_lv"] = "99"
    staged = receive(setl_d=rows, diag_d=plain_rows("diag_d", 2))
    first = check(con, staged)
    rejects = con.execute("FROM stage.reject ORDER BY ALL").fetchall()
    assert check(con, stage(con, staged.package, identity)) == first
    assert load(con, "2026-11-20") == sorted(first, key=lambda r: (r.table, r.code))
    assert con.execute("FROM stage.reject ORDER BY ALL").fetchall() == rejects


def test_the_same_package_gives_the_same_results_in_another_warehouse(
    con: duckdb.DuckDBPyConnection, receive: Any, identity: Any, tmp_path: Path
) -> None:
    rows = plain_rows("fee_list_d", 5000)
    for row in rows[::7]:
        row["hilist_code"] = f"odd {row['bkkp_sn']}"
    here = check(con, receive(fee_list_d=rows))
    with open_warehouse(None, memory_limit="1GB", threads=1) as other:
        package = land(tmp_path / "elsewhere", "2026-11-20", {"fee_list_d": rows})
        there = check(other, stage(other, package, identity))
    assert here == there


def test_a_condition_that_cannot_be_evaluated_is_an_error_and_leaves_nothing_behind(
    con: duckdb.DuckDBPyConnection, receive: Any
) -> None:
    rows = plain_rows("setl_d", 4)
    rows[1]["hosp_lv"] = "99"
    staged = receive(setl_d=rows)
    con.execute("ALTER TABLE stage.setl_d DROP COLUMN othfund_pay")
    with pytest.raises(CheckUndecided, match="setl_d"):
        check(con, staged)
    assert con.execute("SELECT COUNT(*) FROM stage.reject").fetchone() == (0,)
    assert con.execute("SELECT COUNT(*) FROM ledger.quality").fetchone() == (0,)


def test_the_gate_sees_what_its_own_connection_has_not_committed(
    con: duckdb.DuckDBPyConnection, receive: Any, tmp_path: Path
) -> None:
    from lianshen.quality.checks import Check
    from lianshen.quality.duckdb_source import Stage
    from lianshen.quality.expectations import expectation

    receive(setl_d=plain_rows("setl_d", 2))
    check_gend = Check("setl_d", "C-gend", "in_set", "set_aside", "性别", "sex", column="gend", values=("1", "2"))
    con.begin()
    con.execute("UPDATE stage.setl_d SET gend = 'x'")
    result = Stage(con).validate("setl_d", [expectation(check_gend)], {"result_format": "COMPLETE"})["C-gend"]
    con.rollback()
    assert (result.success, result.result["unexpected_count"]) == (False, 2)
    assert Stage(con).validate("setl_d", [expectation(check_gend)], {"result_format": "COMPLETE"})["C-gend"].success


def test_a_package_that_was_received_before_gives_what_was_recorded_then(
    con: duckdb.DuckDBPyConnection, receive: Any
) -> None:
    staged = receive(setl_d=plain_rows("setl_d", 2))
    first = check(con, staged)
    staged.already_received, staged.tables = True, {}
    assert check(con, staged) == sorted(first, key=lambda r: (r.table, r.code))


def test_rows_out_of_quarantine_are_checked_and_no_package_is_recorded(
    con: duckdb.DuckDBPyConnection, receive: Any, rejected: Any
) -> None:
    rows = plain_rows("setl_d", 2)
    rows[0]["hosp_lv"] = "99"
    staged = receive(setl_d=rows)
    staged.is_replay = True
    check(con, staged)
    assert rejected() == [("setl_d", 1, "hosp_lv", "codes", "99")]
    assert staged.tables["setl_d"].stopped is None
    assert load(con) == []
