"""``lianshen clearing`` answers from a real warehouse, and says what is wrong when it cannot."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.clearing_books import CHENGDU, MIANYANG, ClearingBooks
from typer.testing import CliRunner

from lianshen.clearing import ClearingError, MonthNotClosed, MonthNotOver
from lianshen.cli import build_app
from lianshen.errors import LianshenError, UsageError
from lianshen.warehouse import WarehouseError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse that has reached the middle of December, with one settlement in November and one after."""
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    books = ClearingBooks(tmp_path / "warehouse.duckdb")
    books.reach(date(2026, 12, 22))
    books.settle("A", date(2026, 11, 5), "100.00")
    books.settle("B", date(2026, 12, 3), "30.00")
    books.state(date(2026, 11, 5), 1, "100.00")
    books.account(date(2026, 11, 5), 1000, out=750)
    books.refresh()
    books.con.close()
    return tmp_path


def run(*words: str) -> str:
    result = CliRunner().invoke(build_app(), ["clearing", *words])
    if result.exception is not None and isinstance(result.exception, LianshenError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def ask(*words: str) -> Any:
    return json.loads(run(*words, "--json"))


def test_days_are_reconciled(home: Path) -> None:
    found = ask("reconcile", "--from", "2026-11-01", "--to", "2026-11-30")
    assert (found["statements"], found["open_items"]) == ({"BALANCED": 1}, 0)
    assert ask("reconcile")["open_items"] == 1
    assert "510100" in run("reconcile")


def test_a_month_is_closed_shown_again_and_verified(home: Path) -> None:
    found = ask("close", "2026-11")
    assert (found["state"], found["fund"], found["settlements"]) == ("CLOSED", "100.00", 1)
    assert {row["region"]: row["net"] for row in found["positions"]} == {CHENGDU: "100.00", MIANYANG: "-100.00"}
    assert ask("close", "202611")["state"] == "UNCHANGED"
    assert "nothing is changed" in run("close", "2026-11")
    assert ask("verify", "2026-11") == {"month": "2026-11", "intact": True, "altered": 0, "adjustment": "0.00"}


def test_a_month_that_is_not_over_is_only_worked_out(home: Path) -> None:
    with pytest.raises(MonthNotOver, match="2026-12 is not over"):
        run("close", "2026-12")
    found = ask("close", "2026-12", "--provisional")
    assert (found["state"], found["fund"]) == ("PROVISIONAL", "30.00")
    assert "nothing is written" in run("close", "2026-12", "--provisional")
    with pytest.raises(ClearingError, match="not closed"):
        run("verify", "2026-12")


def test_statements_are_written_for_one_region_and_for_all(home: Path, tmp_path: Path) -> None:
    with pytest.raises(MonthNotClosed, match="lianshen clearing close 2026-11"):
        run("statement", "2026-11", "--all", "--out", str(tmp_path / "out"))
    run("close", "2026-11")
    (one,) = ask("statement", "2026-11", "--region", "5107", "--out", str(tmp_path / "out"), "--format", "xlsx")
    assert one == {"region": MIANYANG, "file": str(tmp_path / "out" / "2026-11-510700.xlsx")}
    written = ask("statement", "2026-11", "--all", "--out", str(tmp_path / "all"))
    assert len(written) == 44
    assert all(Path(row["file"]).stat().st_size > 1000 for row in written)


def test_the_fund_shows_usage_line_and_that_history_is_too_short(home: Path) -> None:
    found = ask("fund", "--region", MIANYANG, "--accounts")
    (position,) = found["funds"]
    assert (position["usage"], position["line"], position["state"]) == ("0.7500", "YELLOW", "YELLOW")
    assert position["forecast"]["state"] == "NOT_ENOUGH_HISTORY"
    assert found["differences"] == []
    assert {row["account"] for row in found["accounts"]} == {"DEPOSIT", "PAYABLE", "PRINCIPAL", "RECEIVABLE"}
    assert "历史不足（1天）" in run("fund", "--region", MIANYANG)
    assert ask("fund", "--region", MIANYANG, "--request-topup")["funds"][0]["state"] == "TOPUP_REQUESTED"


def test_the_timetable_names_who_is_late(home: Path) -> None:
    found = ask("timetable")
    assert found["timetable"]["declare_by"] == "2026-12-20"
    assert [(row["region"], row["month"], row["stage"]) for row in found["late"]] == [(CHENGDU, "2026-11", "POSTPONED")]
    assert "成都市" in run("timetable", "2026-11")


@pytest.mark.parametrize(
    "words",
    [
        ("close", "2026-13"),
        ("reconcile", "--from", "2026-11-30", "--to", "2026-11-01"),
        ("statement", "2026-11", "--out", "x"),
        ("statement", "2026-11", "--out", "x", "--all", "--region", MIANYANG),
        ("statement", "2026-11", "--out", "x", "--all", "--format", "doc"),
        ("statement", "2026-11", "--out", "x", "--region", "440300"),
        ("fund", "--request-topup"),
        ("close", "2026-11", "--start", "--provisional"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused_before_anything_is_done(home: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        run(*words)
    assert not Path("x").exists()


@pytest.mark.parametrize("command", [("reconcile",), ("close", "2026-11"), ("fund",), ("timetable",)])
def test_without_a_warehouse_the_way_to_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path / "nowhere"))
    with pytest.raises(WarehouseError, match="lianshen night"):
        run(*command)
    assert not (tmp_path / "nowhere").exists()
