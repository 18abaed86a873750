"""What reaches a bill other than by its own rows: stock, outages, and what it shares with others' bills."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from support.parcels import Row, deliver, receive, row

from lianshen.warehouse import Package, marts, open_warehouse

SOLD = {
    "invchg_sn": "I1", "fixmedins_code": "H51010000001", "hilist_code": "XA01", "inv_chg_type": "3503",
    "inv_chg_time": "2026-11-10 08:00:00", "cnt": "10", "updt_time": "2026-11-19 08:00:00",
}  # fmt: skip
OUTAGE = {
    "outage_id": "O1", "admdvs": "510100", "fixmedins_code": "", "begntime": "2026-11-12 08:00:00",
    "endtime": "2026-11-12 12:00:00", "updt_time": "2026-11-19 08:00:00",
}  # fmt: skip


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse that has screened a stay of November 10 to 18."""
    connection = open_warehouse(None)
    first = deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d")], mdtrt_d=[row("mdtrt_d", wardarea_bed="内科 3")])
    night(connection, first)
    marts.clear_touched(connection)
    yield connection
    connection.close()


def night(con: duckdb.DuckDBPyConnection, package: Package) -> list[str]:
    """Receive a package and refresh; return the settlements that the night looks at."""
    receive(con, package)
    marts.refresh(con)
    return [one for (one,) in con.execute("SELECT setl_id FROM work.touched_settlement ORDER BY 1").fetchall()]


def months(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return con.execute("SELECT fixmedins_code, month FROM work.touched_institution ORDER BY ALL").fetchall()


@pytest.mark.parametrize(
    ("day", "looked_at"),
    [("2026-11-18", ["S1"]), ("2026-11-19", []), ("2025-11-09", ["S1"]), ("2025-11-08", [])],
)
def test_a_purchase_concerns_what_is_charged_within_the_year_after_it(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, day: str, looked_at: list[str]
) -> None:
    package = deliver(tmp_path, "2026-11-19", invchg_d=[{**SOLD, "inv_chg_time": f"{day} 08:00:00"}])
    assert night(con, package) == looked_at
    assert ("H51010000001", day[:7]) in months(con)


@pytest.mark.parametrize(
    ("changes", "looked_at"),
    [
        ({}, ["S1"]),
        ({"admdvs": "510000"}, ["S1"]),
        ({"admdvs": "510700"}, []),
        ({"fixmedins_code": "H51010000001"}, ["S1"]),
        ({"fixmedins_code": "H51010000002"}, []),
        ({"begntime": "2026-12-12 08:00:00", "endtime": "2026-12-12 12:00:00"}, []),
    ],
)
def test_an_outage_concerns_the_bills_of_its_place_and_days(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, changes: dict[str, str], looked_at: list[str]
) -> None:
    assert night(con, deliver(tmp_path, "2026-11-19", outage_d=[{**OUTAGE, **changes}])) == looked_at


def other(**changes: str) -> dict[str, list[Row]]:
    """Return a stay of another person, in another bed."""
    own = {"mdtrt_id": "M2", "psn_no": "P2"}
    header = row(
        "setl_d", setl_id="S2", **own, begndate="2026-11-17", enddate="2026-11-20", updt_time="2026-11-20 10:00:00"
    )
    visit = row("mdtrt_d", **own, wardarea_bed="内科 4")
    return {
        "setl_d": [{**header, **{k: v for k, v in changes.items() if k in header}}],
        "mdtrt_d": [{**visit, **changes}],
    }


@pytest.mark.parametrize(
    ("changes", "looked_at"),
    [
        ({}, ["S2"]),
        ({"wardarea_bed": "内科 3"}, ["S1", "S2"]),
        ({"wardarea_bed": "内科 3", "begndate": "2026-11-19"}, ["S2"]),
        ({"wardarea_bed": "内科 3", "fixmedins_code": "H51010000002"}, ["S2"]),
    ],
)
def test_two_persons_in_one_bed_are_looked_at_together(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, changes: dict[str, str], looked_at: list[str]
) -> None:
    assert night(con, deliver(tmp_path, "2026-11-20", **other(**changes))) == looked_at


def test_whom_a_bed_was_shared_with_before_it_was_corrected_is_looked_at_again(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    assert night(con, deliver(tmp_path, "2026-11-20", **other(wardarea_bed="内科 3"))) == ["S1", "S2"]
    marts.clear_touched(con)
    corrected = row("mdtrt_d", mdtrt_id="M2", psn_no="P2", wardarea_bed="内科 4", updt_time="2026-11-21 10:00:00")
    assert night(con, deliver(tmp_path, "2026-11-21", mdtrt_d=[corrected])) == ["S1", "S2"]


def test_a_bill_that_moves_to_another_month_concerns_both(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    moved = row("setl_d", setl_time="2026-12-02 10:00:00", updt_time="2026-12-02 10:00:00")
    night(con, deliver(tmp_path, "2026-12-02", setl_d=[moved]))
    assert months(con) == [("H51010000001", "2026-11"), ("H51010000001", "2026-12")]
