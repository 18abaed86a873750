"""Snapshot tables: rows missing from a later snapshot are closed, whatever the order of arrival."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from pathlib import Path

import duckdb
import pytest
from support.parcels import deliver, receive, row

from lianshen.warehouse import find_packages, open_warehouse

ITEM = "001101000010000"
OTHER = "001102000010000"


def catalogue(con: duckdb.DuckDBPyConnection) -> list[tuple[str, date | None, str | None]]:
    return con.execute("SELECT hilist_code, enddate, _closed_by FROM settled.hilist_b ORDER BY ALL").fetchall()


def test_a_row_that_a_later_snapshot_lacks_ends_the_day_before_it(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    both = [row("hilist_b"), row("hilist_b", hilist_code=OTHER)]
    receive(con, deliver(tmp_path, "2026-11-18", hilist_b=both))
    assert catalogue(con) == [(ITEM, None, None), (OTHER, None, None)]
    receive(con, deliver(tmp_path, "2026-11-20", hilist_b=both[:1]))
    assert catalogue(con) == [(ITEM, None, None), (OTHER, date(2026, 11, 19), "2026-11-20")]


def test_a_row_that_comes_back_is_open_again(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    both = [row("hilist_b"), row("hilist_b", hilist_code=OTHER)]
    for name, rows in (("2026-11-18", both), ("2026-11-19", both[:1]), ("2026-11-20", both)):
        receive(con, deliver(tmp_path, name, hilist_b=rows))
    assert catalogue(con) == [(ITEM, None, None), (OTHER, None, None)]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_which_snapshot_closes_a_row_does_not_depend_on_arrival(tmp_path: Path, order: tuple[int, ...]) -> None:
    deliver(tmp_path, "2026-11-18", hilist_b=[row("hilist_b"), row("hilist_b", hilist_code=OTHER)])
    deliver(tmp_path, "2026-11-19", hilist_b=[row("hilist_b")])
    deliver(tmp_path, "2026-11-20", hilist_b=[row("hilist_b"), row("hilist_b", hilist_code=OTHER, chrgitm_lv="9")])
    deliver(tmp_path, "2026-11-21", hilist_b=[row("hilist_b")])
    packages = find_packages(tmp_path)
    with open_warehouse(None) as con:
        for number in order:
            receive(con, packages[number])
        # On the 20th the row was sent, if unusable: it is the snapshot of the 21st that no longer has it.
        assert catalogue(con) == [(ITEM, None, None), (OTHER, date(2026, 11, 20), "2026-11-21")]


def test_a_stopped_snapshot_closes_nothing(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    receive(con, deliver(tmp_path, "2026-11-18", hilist_b=[row("hilist_b")]))
    lacking = {k: v for k, v in row("hilist_b", hilist_code=OTHER).items() if k != "list_type"}
    receive(con, deliver(tmp_path, "2026-11-19", hilist_b=[lacking]))
    assert catalogue(con) == [(ITEM, None, None)]


def test_an_unchanged_snapshot_touches_nothing(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = {"hilist_b": [row("hilist_b")], "psn_b": [row("psn_b")], "fixmedins_b": [row("fixmedins_b")]}
    receive(con, deliver(tmp_path, "2026-11-18", **rows))
    con.execute("DELETE FROM intake.touched")
    receive(con, deliver(tmp_path, "2026-11-19", **rows))
    assert con.execute("FROM intake.touched").fetchall() == []


def test_a_catalogue_row_that_only_ends_touches_the_days_after_its_end(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    receive(con, deliver(tmp_path, "2026-11-18", hilist_b=[row("hilist_b")]))
    con.execute("DELETE FROM intake.touched")
    receive(con, deliver(tmp_path, "2026-11-19", hilist_b=[row("hilist_b", enddate="2026-12-31")]))
    assert con.execute("FROM intake.touched").fetchall() == [("item", ITEM, date(2026, 12, 31), None)]
