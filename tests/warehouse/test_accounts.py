"""Received = accepted + set aside + superseded, in rows and to the fen, wherever the rows go later."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from support.parcels import KEY, Parcel, deliver, receive, row

from lianshen.warehouse import PackageRefused, WarehouseError, account, find_packages, prove, settle_in, stage


def rows_of(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    found = account(con)
    assert all(entry.closes for entry in found)
    return {(e.package, e.table): (e.received, e.accepted, e.set_aside, e.superseded) for e in found}


def test_a_correction_supersedes_and_an_older_version_changes_nothing(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d")]))
    newer = row("setl_d", updt_time="2026-11-19 08:00:00", medfee_sumamt="900.00")
    receive(con, deliver(tmp_path, "2026-11-19", setl_d=[newer]))
    older = row("setl_d", updt_time="2026-11-17 08:00:00", medfee_sumamt="1.00")
    receive(con, deliver(tmp_path, "2026-11-20", setl_d=[older]))
    assert con.execute("SELECT medfee_sumamt FROM settled.setl_d").fetchall() == [(Decimal("900.00"),)]
    assert rows_of(con) == {
        ("2026-11-18", "setl_d"): (1, 0, 0, 1),
        ("2026-11-19", "setl_d"): (1, 1, 0, 0),
        ("2026-11-20", "setl_d"): (1, 0, 0, 1),
    }
    first = next(c for c in account(con, "2026-11-18")[0].controls if c.column == "medfee_sumamt")
    assert (first.received, first.accepted, first.superseded) == (Decimal("1000.00"), Decimal(0), Decimal("1000.00"))


def test_of_equal_times_the_later_package_then_file_then_row_wins(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    parcel = Parcel(tmp_path, "2026-11-18")
    parcel.rows("setl_d", [row("setl_d", medins_setl_id="b1"), row("setl_d", medins_setl_id="b2")], part="b")
    parcel.rows("setl_d", [row("setl_d", medins_setl_id="a1")], part="a")
    receive(con, parcel.seal())
    assert con.execute("SELECT medins_setl_id FROM settled.setl_d").fetchall() == [("b2",)]
    for name in ("2026-11-18.10", "2026-11-18.9"):
        receive(con, deliver(tmp_path, name, setl_d=[row("setl_d", medins_setl_id=name)]))
    assert con.execute("SELECT medins_setl_id FROM settled.setl_d").fetchall() == [("2026-11-18.10",)]


def test_the_same_package_twice_changes_nothing(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    package = deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d"), row("setl_d", setl_id="S2", insutype="0")])
    first = receive(con, package)
    again = receive(con, package)
    assert not first.already_received
    assert again.already_received
    assert again.accounts == first.accounts
    assert con.execute("SELECT COUNT(*) FROM intake.quarantine").fetchone() == (1,)


def test_a_manifest_altered_after_receipt_is_refused_with_what_to_do(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d")]))
    manifest = tmp_path / "2026-11-18" / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8") + " ", "utf-8")
    (altered,) = find_packages(tmp_path)
    with pytest.raises(PackageRefused, match=r"altered after .* 2026-11-18\.2"):
        stage(con, altered, KEY)


def test_lines_wait_for_a_settlement_set_aside_and_are_released_when_it_arrives(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    receive(con, deliver(tmp_path, "2026-11-17", fee_list_d=[row("fee_list_d")]))
    assert rows_of(con)[("2026-11-17", "fee_list_d")] == (1, 1, 0, 0)
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d", insutype="999")]))
    assert rows_of(con)[("2026-11-17", "fee_list_d")] == (1, 0, 1, 0)
    assert con.execute(
        "SELECT primary_key, rule FROM intake.quarantine WHERE table_name = 'fee_list_d'"
    ).fetchall() == [("B1", "waits_for_settlement")]
    con.execute("DELETE FROM intake.touched")
    receive(con, deliver(tmp_path, "2026-11-19", setl_d=[row("setl_d")]))
    assert rows_of(con) == {
        ("2026-11-17", "fee_list_d"): (1, 1, 0, 0),
        ("2026-11-18", "setl_d"): (1, 0, 1, 0),
        ("2026-11-19", "setl_d"): (1, 1, 0, 0),
    }
    assert con.execute("SELECT DISTINCT key FROM intake.touched").fetchall() == [("S1",)]


def test_a_newer_version_of_a_waiting_line_takes_its_place(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    bad = [row("setl_d", insutype="999")]
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=bad, fee_list_d=[row("fee_list_d")]))
    newer = row("fee_list_d", updt_time="2026-11-19 00:00:00", inscp_amt="399.00", preselfpay_amt="51.00")
    receive(con, deliver(tmp_path, "2026-11-19", fee_list_d=[newer]))
    assert rows_of(con)[("2026-11-18", "fee_list_d")] == (1, 0, 0, 1)
    assert rows_of(con)[("2026-11-19", "fee_list_d")] == (1, 0, 1, 0)
    older = row("fee_list_d", updt_time="2026-11-01 00:00:00")
    receive(con, deliver(tmp_path, "2026-11-20", fee_list_d=[older]))
    assert rows_of(con)[("2026-11-19", "fee_list_d")] == (1, 0, 1, 0)
    assert rows_of(con)[("2026-11-20", "fee_list_d")] == (1, 0, 0, 1)


def test_an_account_that_does_not_close_names_its_table_and_takes_nothing(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d")]))
    con.execute("DELETE FROM settled.setl_d")
    with pytest.raises(WarehouseError, match="package 2026-11-18, table setl_d: 1 rows received, but 0 accepted"):
        prove(con, ["2026-11-18"])


def test_a_fen_that_vanishes_is_found(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d")]))
    con.execute("UPDATE settled.setl_d SET fund_pay_sumamt = fund_pay_sumamt - 0.01")
    with pytest.raises(WarehouseError, match=r"fund_pay_sumamt: 400\.00 <> 399\.99"):
        prove(con, ["2026-11-18"])


def test_a_failure_while_settling_in_leaves_the_warehouse_as_it_was(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d")]))
    con.execute("DELETE FROM settled.setl_d")
    newer = row("setl_d", updt_time="2026-11-19 08:00:00")
    con.execute(
        """INSERT INTO settled.setl_d BY NAME
           SELECT 'S1' AS setl_id, TIMESTAMP '2026-01-01' AS updt_time, '2026-11-18' AS _package, 'other' AS _file,
               1 AS _row, 5 AS medfee_sumamt, 0 AS fund_pay_sumamt"""
    )
    staged = stage(con, deliver(tmp_path, "2026-11-19", setl_d=[newer]), KEY)
    with pytest.raises(WarehouseError, match="package 2026-11-18"):
        settle_in(con, staged)
    assert con.execute("SELECT package FROM intake.package").fetchall() == [("2026-11-18",)]
    assert con.execute("SELECT medfee_sumamt FROM settled.setl_d").fetchall() == [(Decimal("5.00"),)]


def test_a_control_sum_over_another_column_is_accounted_for_as_well(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    parcel = Parcel(tmp_path, "2026-11-18").rows("setl_d", [row("setl_d"), row("setl_d", setl_id="S2", insutype="x")])
    parcel.manifest["tables"]["setl_d"]["control"]["psn_pay"] = "1200.00"
    (entry,) = receive(con, parcel.seal()).accounts
    control = next(c for c in entry.controls if c.column == "psn_pay")
    assert (control.received, control.accepted, control.set_aside) == (
        Decimal("1200.00"), Decimal("600.00"), Decimal("600.00"))  # fmt: skip
