"""What a package may look like, and what happens to cells that cannot be taken."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.parcels import KEY, Parcel, control_of, csv_bytes, deliver, parquet_bytes, receive, row, typed_table

from lianshen.warehouse import account, stage
from lianshen.warehouse.cast import cast_column, lost_zeros
from lianshen.warehouse.schema import landed_tables

SETTLEMENT = landed_tables()["setl_d"]
at = datetime.fromisoformat


def reasons(con: duckdb.DuckDBPyConnection) -> list[tuple[int, str | None, str, str | None]]:
    return con.execute("SELECT row_no, column_name, rule, value FROM intake.quarantine ORDER BY ALL").fetchall()


@pytest.mark.parametrize("dialect", ["csv", "csv.gz", "gb18030", "parquet"])
def test_every_dialect_gives_the_same_rows(con: duckdb.DuckDBPyConnection, tmp_path: Path, dialect: str) -> None:
    rows = [row("setl_d", fixmedins_name="成都市“第一”医院, 本部"), row("setl_d", setl_id="S2", act_pay_dedc="")]
    receipt = receive(con, deliver(tmp_path, "2026-11-18", dialect, setl_d=rows))
    assert receipt.accounts[0].accepted == 2
    assert con.execute(
        "SELECT setl_id, fixmedins_name, brdy, setl_time, medfee_sumamt, act_pay_dedc, init_setl_id, _package, _row "
        "FROM settled.setl_d ORDER BY setl_id"
    ).fetchall() == [
        ("S1", "成都市“第一”医院, 本部", date(1960, 5, 1), at("2026-11-18 10:00"), Decimal("1000.00"),
         Decimal("300.00"), None, "2026-11-18", 1),
        ("S2", None, date(1960, 5, 1), at("2026-11-18 10:00"), Decimal("1000.00"), None, None, "2026-11-18", 2),
    ]  # fmt: skip


def test_parts_in_several_dialects_make_one_table(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    parcel = Parcel(tmp_path, "2026-11-18")
    parcel.rows("setl_d", [row("setl_d")], "parquet", "0001")
    parcel.rows("setl_d", [row("setl_d", setl_id="S2")], "csv.gz", "0002")
    reordered = dict(reversed(row("setl_d", setl_id="S3").items()))
    parcel.rows("setl_d", [reordered], "csv", "0003")
    receive(con, parcel.seal())
    assert con.execute("SELECT setl_id, _file FROM settled.setl_d ORDER BY setl_id").fetchall() == [
        ("S1", "setl_d-0001.parquet"),
        ("S2", "setl_d-0002.csv.gz"),
        ("S3", "setl_d-0003.csv"),
    ]


def test_cells_that_lose_something_set_their_row_aside_with_column_rule_and_value(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [
        row("setl_d"),
        row("setl_d", setl_id="S2", medfee_sumamt="1000.001", fund_pay_sumamt="400.00"),
        row("setl_d", setl_id="S3", begndate="2026/11/10"),
        row("setl_d", setl_id="S4", setl_time="2026-11-18"),
        row("setl_d", setl_id="S5", enddate="2026-02-30", cash_payamt="1e2"),
        row("setl_d", setl_id=""),
    ]
    parcel = Parcel(tmp_path, "2026-11-18").rows("setl_d", rows)
    receipt = receive(con, parcel.seal())
    assert reasons(con) == [
        (2, "medfee_sumamt", "type", "1000.001"),
        (3, "begndate", "type", "2026/11/10"),
        (4, "setl_time", "type", "2026-11-18"),
        (5, "cash_payamt", "type", "1e2"),
        (5, "enddate", "type", "2026-02-30"),
        (6, "setl_id", "not_null", None),
    ]
    (entry,) = receipt.accounts
    assert (entry.received, entry.accepted, entry.set_aside) == (6, 1, 5)
    sums = {c.column: (c.received, c.accepted, c.set_aside) for c in entry.controls}
    assert sums["medfee_sumamt"] == (Decimal("6000.001"), Decimal("1000.00"), Decimal("5000.001"))


def test_codes_that_lost_their_zeros_are_restored_where_the_list_leaves_no_doubt(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    table = typed_table("setl_d", [row("setl_d"), row("setl_d", setl_id="S2"), row("setl_d", setl_id="S3")])
    changed = {
        "hosp_lv": pa.array([3, 11, 77], pa.int8()),
        "insutype": pa.array([310, 390, 310], pa.int64()).dictionary_encode(),
        "med_type": pa.array([2101, 11, 21], pa.int32()),
        "vali_flag": pa.array([True, True, False]),
        "medfee_sumamt": pa.array([1000.0, 1000.01, 0.1], pa.float64()),
        "year": pa.array([2026, 2026, 2026], pa.int16()),
        "begndate": pa.array([at("2026-11-10")] * 3, pa.timestamp("ns")),
    }
    for name, values in changed.items():
        table = table.set_column(table.schema.get_field_index(name), name, values)
    parcel = Parcel(tmp_path, "2026-11-18").file("setl_d", "setl_d.parquet", parquet_bytes(table), 3)
    receipt = receive(con, parcel.seal())
    assert con.execute(
        "SELECT hosp_lv, insutype, med_type, vali_flag, medfee_sumamt, year FROM settled.setl_d ORDER BY setl_id"
    ).fetchall() == [
        ("03", "310", "2101", "1", Decimal("1000.00"), "2026"),
        ("11", "390", "11", "1", Decimal("1000.01"), "2026"),
    ]
    assert reasons(con) == [(3, "hosp_lv", "codes", "77")]
    assert receipt.accounts[0].restored == '{"hosp_lv": 1}'


def test_a_number_is_no_code_when_the_list_has_it_twice() -> None:
    assert lost_zeros({"1": "", "10": "", "02": "", "003": ""}) == {"2": "02", "3": "003"}
    assert lost_zeros({"1": "", "01": ""}) == {}


def test_a_row_with_too_many_cells_is_set_aside_and_the_others_keep_their_numbers(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [row("fee_list_d", bkkp_sn=f"B{n}") for n in range(4)]
    cells = csv_bytes(rows).decode().splitlines()
    cells[2] += ",one,too,many"
    parcel = Parcel(tmp_path, "2026-11-18").file("fee_list_d", "fee_list_d.csv", "\n".join(cells).encode(), 4)
    receive(con, parcel.seal())
    assert con.execute("SELECT bkkp_sn, _row FROM settled.fee_list_d ORDER BY ALL").fetchall() == [
        ("B0", 1), ("B2", 3), ("B3", 4)]  # fmt: skip
    assert [r[:3] for r in reasons(con)] == [(2, None, "ragged")]
    assert account(con)[0].closes


def test_unknown_columns_are_ignored_and_named(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    package = deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d", colour="blue")])
    assert receive(con, package).accounts[0].unknown_columns == ("colour",)
    stored = con.execute("SELECT column_name FROM duckdb_columns() WHERE table_name = 'setl_d'").fetchall()
    assert ("colour",) not in stored


def test_a_missing_required_column_stops_the_table_and_its_rows_are_set_aside(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lacking = {k: v for k, v in row("setl_d").items() if k != "hosp_lv"}
    receipt = receive(con, deliver(tmp_path, "2026-11-18", setl_d=[lacking], fee_list_d=[row("fee_list_d")]))
    assert receipt.stopped == {"setl_d": "setl_d.csv: required column hosp_lv is missing"}
    assert con.execute("SELECT primary_key, rule FROM intake.quarantine WHERE table_name = 'setl_d'").fetchall() == [
        ("S1", "stopped")
    ]
    entry = receipt.accounts[-1]
    assert (entry.table, entry.received, entry.set_aside) == ("setl_d", 1, 1)
    assert con.execute("SELECT rule FROM intake.quarantine WHERE table_name = 'fee_list_d'").fetchall() == [
        ("waits_for_settlement",)
    ]


@pytest.mark.parametrize("dialect", ["csv", "parquet"])
def test_a_control_sum_that_differs_by_a_fen_stops_the_table_and_shows_both_figures(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, dialect: str
) -> None:
    parcel = Parcel(tmp_path, "2026-11-18").rows("setl_d", [row("setl_d")], dialect)
    parcel.manifest["tables"]["setl_d"]["control"]["medfee_sumamt"] = "1000.01"
    receipt = receive(con, parcel.seal())
    assert receipt.stopped == {"setl_d": "control sum medfee_sumamt: the manifest says 1000.01, the files hold 1000.00"}
    assert con.execute("SELECT COUNT(*) FROM settled.setl_d").fetchone() == (0,)
    control = next(c for c in receipt.accounts[0].controls if c.column == "medfee_sumamt")
    assert (control.declared, control.found, control.set_aside) == (
        Decimal("1000.01"), Decimal("1000.00"), Decimal("1000.01"))  # fmt: skip
    assert receipt.accounts[0].closes


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / "setl_d.csv").unlink(), "the file is not in the folder"),
        (lambda folder: (folder / "setl_d.csv").write_bytes(b"x"), "sha256 is"),
    ],
)
def test_a_file_that_is_not_what_the_manifest_says_stops_its_table(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, damage: object, said: str
) -> None:
    package = deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d")], mdtrt_d=[row("mdtrt_d")])
    damage(package.folder)  # type: ignore[operator]
    receipt = receive(con, package)
    assert said in receipt.stopped["setl_d"]
    assert {a.table: (a.received, a.accepted, a.set_aside) for a in receipt.accounts} == {
        "mdtrt_d": (1, 1, 0),
        "setl_d": (1, 0, 1),
    }
    assert all(a.closes for a in receipt.accounts)


def test_gb18030_without_saying_so_and_a_wrong_row_count_stop_the_table(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [row("setl_d", fixmedins_name="成都")]
    parcel = Parcel(tmp_path, "2026-11-18")
    parcel.file("setl_d", "setl_d.csv", csv_bytes(rows, "gb18030"), 1, control_of("setl_d", rows))
    parcel.file("mdtrt_d", "mdtrt_d.csv.gz", gzip.compress(csv_bytes([row("mdtrt_d")])), 2)
    stopped = receive(con, parcel.seal()).stopped
    assert "cannot be read as CSV in UTF-8" in stopped["setl_d"]
    assert stopped["mdtrt_d"] == "mdtrt_d.csv.gz: holds 1 rows, the manifest says 2"


def test_a_table_that_is_not_of_the_contract_is_named_and_counted(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    parcel = Parcel(tmp_path, "2026-11-18").file("weather_d", "weather_d.csv", b"a\n1\n", 1)
    receipt = receive(con, parcel.seal())
    assert receipt.stopped == {"weather_d": "weather_d is not a table of the landing contract"}
    assert receipt.accounts[0].closes


def test_an_empty_table_is_a_table(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    header = ",".join(row("setl_d")) + "\n"
    parcel = Parcel(tmp_path, "2026-11-18").file("setl_d", "setl_d.csv", header.encode(), 0, {"medfee_sumamt": "0"})
    receipt = receive(con, parcel.seal())
    assert receipt.stopped == {}
    assert receipt.accounts[0].received == 0


amounts = st.decimals(min_value=Decimal("-99999999999999.99"), max_value=Decimal("99999999999999.99"), places=2)


@settings(deadline=None)
@given(amounts)
def test_every_amount_that_fits_is_taken_to_the_fen_from_text_and_decimal(amount: Decimal) -> None:
    column = SETTLEMENT["medfee_sumamt"]
    with duckdb.connect() as con:
        text = cast_column(column, "x", "VARCHAR")
        assert con.execute(f"SELECT {text.value} FROM (SELECT ? AS x)", [f"{amount:f}"]).fetchone() == (amount,)
        wide = cast_column(column, "x", "DECIMAL(20,4)")
        assert con.execute(
            f"SELECT {wide.value} FROM (SELECT CAST(? AS DECIMAL(20, 4)) AS x)", [amount]
        ).fetchone() == (amount,)


@settings(deadline=None)
@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_float_is_taken_only_when_it_is_exactly_an_amount(value: float) -> None:
    cast = cast_column(SETTLEMENT["medfee_sumamt"], "x", "DOUBLE")
    with duckdb.connect() as con:
        (taken,) = con.execute(f"SELECT {cast.value} FROM (SELECT CAST(? AS DOUBLE) AS x)", [value]).fetchone() or (
            None,
        )
    assert taken is None or float(taken) == value


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("begndate", "2026-11-18", date(2026, 11, 18)),
        ("begndate", "2026-11-8", None),
        ("begndate", "20261118", None),
        ("begndate", "2026-11-18 00:00:00", None),
        ("setl_time", "2026-11-18 10:00:00", at("2026-11-18 10:00")),
        ("setl_time", "2026-11-18T10:00:00", None),
        ("setl_time", "2026-11-18 24:00:00", None),
        ("setl_time", "2026-11-18 10:00:00.5", None),
        ("medfee_sumamt", "10.50", Decimal("10.50")),
        ("medfee_sumamt", "10.5000", Decimal("10.50")),
        ("medfee_sumamt", "10.505", None),
        ("medfee_sumamt", "1,000.00", None),
        ("medfee_sumamt", " 10", None),
        ("medfee_sumamt", "NaN", None),
        ("medfee_sumamt", "999999999999999.00", None),
    ],
)
def test_text_is_taken_in_the_one_form_of_the_contract(column: str, text: str, value: object) -> None:
    cast = cast_column(SETTLEMENT[column], "x", "VARCHAR")
    with duckdb.connect() as con:
        assert con.execute(f"SELECT {cast.value} FROM (SELECT ? AS x)", [text]).fetchone() == (value,)


def test_a_moment_of_another_time_zone_is_taken_in_the_time_of_shanghai(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    table = typed_table("setl_d", [row("setl_d")])
    utc = pa.array([at("2026-11-18 02:00")], pa.timestamp("us", tz="UTC"))
    table = table.set_column(table.schema.get_field_index("setl_time"), "setl_time", utc)
    stage(con, Parcel(tmp_path, "2026-11-18").file("setl_d", "setl_d.parquet", parquet_bytes(table), 1).seal(), KEY)
    assert con.execute("SELECT setl_time FROM stage.setl_d").fetchone() == (at("2026-11-18 10:00"),)
