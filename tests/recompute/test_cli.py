"""``lianshen settle explain`` on a warehouse that nobody may write to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from lianshen.cli import settle
from lianshen.recompute import recompute


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


def run(*arguments: str) -> str:
    app = typer.Typer()
    settle.register(app)
    result = CliRunner().invoke(app, ["settle", "explain", "S1", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return str(result.output)


def test_the_steps_in_chinese_and_in_english(warehouse: Path) -> None:
    assert "基金实付" in run()
    assert "Funds paid" in run("--lang", "en")


def test_the_steps_as_json(warehouse: Path) -> None:
    steps = {step["step"]: step for step in json.loads(run("--json"))}
    assert (steps["fund"]["amount"], steps["paid"]["amount"]) == ("13800.00", "15800.00")
    assert steps["difference"]["zh"].startswith("无有效备案")
