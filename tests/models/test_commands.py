"""``lianshen models``: what an operator types, and what comes back."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from lianshen.anomaly import ModelNotFound, TooFewRows
from lianshen_models.commands import register


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Return the runner of the commands against a home folder of their own."""
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)

    def call(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["models", *arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return SimpleNamespace(call=call, home=tmp_path)


def of_md11(printed: str) -> dict[str, Any]:
    """Return what a command printed of MD-11."""
    for row in json.loads(printed):
        if "MD-11" in (row.get("model"), row.get("model_id")):
            return dict(row)
    raise AssertionError(printed)


def test_before_training_the_list_says_what_to_run_and_a_card_is_a_clear_error(run: SimpleNamespace) -> None:
    assert "MD-11  同病同级费用离群（过度诊疗模型）" in run.call("list")
    assert "none, run: lianshen models train" in run.call("list")
    assert of_md11(run.call("list", "--json"))["champion"] is None
    with pytest.raises(ModelNotFound, match="run 'lianshen models train'"):
        run.call("card", "MD-11")


def test_a_model_shows_what_it_looks_at_and_what_it_cannot_see(run: SimpleNamespace) -> None:
    shown = run.call("show", "md-11")
    assert "sql/features/stay.sql" in shown
    assert "cannot see:" in shown
    assert json.loads(run.call("show", "MD-11", "--json"))["thresholds"]["score"] == 3.5
    assert "planted to measure it:\n  * for a tenth of the doctors" in run.call("show", "DR-12")
    probe = json.loads(run.call("show", "DR-12", "--json"))["probe"]
    assert probe["plant"] == "lianshen_models.planted_peers"


def test_training_an_empty_warehouse_says_what_is_missing(run: SimpleNamespace) -> None:
    with pytest.raises(TooFewRows, match=r"mart\.settlement is empty"):
        run.call("train")


def test_train_card_and_score_from_the_command_line(run: SimpleNamespace, stays: SimpleNamespace) -> None:
    con = stays.empty(run.home / "warehouse.duckdb")
    stays.add(con, [*stays.ordinary(2500), stays.Stay("X1", amounts={"04": 15000, "03": 12000})])
    con.close()
    assert "MD-11 has no champion" in run.call("score")
    trained = json.loads(run.call("train", "MD-11", "--until", stays.until.isoformat(), "--json"))[0]
    assert not trained["promoted"]
    assert of_md11(run.call("list", "--json"))["waiting"] == [trained["version"]]
    assert f"{trained['version']} waits: lianshen models approve MD-11" in run.call("list")
    who = ("--by", "checker", "--reason", "read the card")
    assert "approved by checker: read the card" in run.call("approve", "MD-11", trained["version"], *who)
    assert "approved by checker" in run.call("list")
    assert "**摘要**" in run.call("card", "MD-11")
    assert json.loads(run.call("card", "MD-11", "--json"))["version"] == trained["version"]
    scored = of_md11(run.call("score", "--json"))
    assert scored["scored"] == 2501
    assert scored["findings"] >= 1
    assert "(promoted, approved by checker)" in run.call("train", "MD-11", "--until", stays.until.isoformat())
    assert "2,501 scored" not in run.call("drift"), "no package was received, so no week is known"
