"""``lianshen settle explain`` on a warehouse that nobody may write to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
import typer
from typer.testing import CliRunner

from lianshen.cli import recompute as recompute_command
from lianshen.cli import settle
from lianshen.errors import UsageError
from lianshen.recompute import recompute
from lianshen.warehouse import open_warehouse


@pytest.fixture
def warehouse(world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse file with one settlement that was paid as a referral without a filing."""
    world.settlement(paid_as={"filing_type": "REFERRAL"})
    recompute(world.con, world.book)
    path = tmp_path / "warehouse.duckdb"
    world.con.execute(f"ATTACH '{path}' AS copy")
    world.con.execute("COPY FROM DATABASE memory TO copy")
    world.con.execute("DETACH copy")
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    return path


@pytest.fixture
def received(world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse of its own making with the same settlement and a finding about it, not recomputed yet."""
    world.settlement(paid_as={"filing_type": "REFERRAL"})
    world.finding("A", lines={"S1-0": "800.00"})
    path = tmp_path / "warehouse.duckdb"
    with open_warehouse(path) as con:
        settlement = world.con.execute("FROM mart.settlement").to_arrow_table()
        finding = world.con.execute("FROM audit.finding").to_arrow_table()
        con.register("settlement_rows", settlement)
        con.register("finding_rows", finding)
        con.execute("INSERT INTO mart.settlement BY NAME FROM settlement_rows")
        con.execute("INSERT INTO audit.finding BY NAME FROM finding_rows")
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    return path


def invoke(*arguments: str, code: int = 0) -> str:
    app = typer.Typer()
    settle.register(app)
    recompute_command.register(app)
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == code
    return str(result.output)


def run(*arguments: str) -> str:
    return invoke("settle", "explain", "S1", *arguments)


def test_the_steps_in_chinese_and_in_english(warehouse: Path) -> None:
    chinese, english = run(), run("--lang", "en")
    assert "待遇按结算日 2026-11-05" in chinese
    assert "无有效备案，按未备案计算" in chinese
    assert "基金合计多付 2000.00 元。" in chinese
    assert "filing as of admission on 2026-11-01" in english
    assert "Paid too much: no filing applied" in english


def test_a_settlement_that_was_paid_rightly_says_so(world: Any, tmp_path: Path, monkeypatch: Any) -> None:
    world.settlement(fix_blng_admdvs="510700")
    recompute(world.con, world.book)
    world.con.execute(f"ATTACH '{tmp_path / 'warehouse.duckdb'}' AS copy")
    world.con.execute("COPY FROM DATABASE memory TO copy")
    world.con.execute("DETACH copy")
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    assert "结算正确。" in run()


def test_the_steps_as_json(warehouse: Path) -> None:
    steps = {step["step"]: step for step in json.loads(run("--json"))}
    assert (steps["fund"]["amount"], steps["paid"]["amount"]) == ("13800.00", "15800.00")
    assert (steps["hifp"]["amount"], steps["hifp"]["paid"]) == ("13800.00", "15800.00")
    assert steps["difference"]["zh"].startswith("无有效备案")


@pytest.mark.parametrize(
    ("region", "settlements"), [(None, 1), ("510700", 1), ("510000", 1), ("510703", 0), ("510100", 0)]
)
def test_a_period_is_recomputed_and_says_what_it_came_to(received: Path, region: str | None, settlements: int) -> None:
    place = [] if region is None else ["--region", region]
    said = json.loads(invoke("recompute", "--from", "2026-11-01", "--to", "2026-11-30", *place, "--json"))
    assert said["settlements"] == settlements
    assert (said["different"], said["overpaid"]) == ((1, "2000.00") if settlements else (0, "0.00"))
    assert said["unexplained"] == "0.00"


def test_a_period_in_a_table_and_only_its_days(received: Path) -> None:
    assert "2,000.00" in invoke("recompute", "--from", "2026-11-05", "--to", "2026-11-05")
    before = json.loads(invoke("recompute", "--from", "2026-11-01", "--to", "2026-11-04", "--json"))
    assert before["settlements"] == 0
    with pytest.raises(UsageError, match="lies after"):
        invoke("recompute", "--from", "2026-11-06", "--to", "2026-11-05")
    with pytest.raises(UsageError, match="six digits"):
        invoke("recompute", "--from", "2026-11-05", "--to", "2026-11-05", "--region", "5107")


def test_recomputing_a_period_marks_what_has_findings_and_touches_nothing_else(received: Path) -> None:
    invoke("recompute", "--from", "2026-11-01", "--to", "2026-11-30")
    with duckdb.connect(str(received), read_only=True) as con:
        assert con.execute("FROM work.dirty_settlement").fetchall() == [("S1",)]
        assert con.execute("FROM work.touched_settlement").fetchall() == []
        assert con.execute("SELECT setl_id, cause FROM audit.recomputed").fetchall() == [("S1", "unfiled_as_filed")]
