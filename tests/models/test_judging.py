"""Models are trained on the earlier days and judged on the later ones, and nothing of it stays in the warehouse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from lianshen.anomaly import judging
from lianshen.anomaly.judging import NothingToJudge, baselines, evaluate_models
from lianshen.cli import build_app
from lianshen.province.schemes.truth import SCHEMES
from lianshen_models.catalogue import find_model

DEAR = tuple(f"X{number:02d}" for number in range(16))
DISEASES = ("J18", "I63", "E11", "Z51", "I10")
CARRIER, FAULT = "X90", "X91"


@pytest.fixture(scope="module")
def padded(stays: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home: 3,000 ordinary stays, sixteen that cost a multiple in two categories, and their answer key."""
    home = tmp_path_factory.mktemp("padded")
    con = stays.full(home / "warehouse.duckdb")
    con.execute("DELETE FROM work.touched_settlement")
    planted = []
    for number, setl_id in enumerate((*DEAR, CARRIER, FAULT)):
        day = 30 + 4 * number if setl_id in DEAR else 90
        stay = stays.Stay(setl_id, icd3=DISEASES[number % len(DISEASES)], day=day, age=30 + 4 * number)
        stay.amounts = {kind: int(8 * amount) for kind, amount in stays.typical(stay).items() if kind in ("09", "04")}
        planted.append(stay)
    stays.add(con, planted)
    con.close()
    truth = home / "truth"
    truth.mkdir()
    rows = [_key(setl_id, "padding", 400_000) for setl_id in DEAR] + [_key(CARRIER, "padding", 0)]
    pq.write_table(pa.Table.from_pylist(rows, SCHEMES), truth / "schemes.parquet")
    fault = {"setl_id": [FAULT], "linked_setl_id": pa.array([None], pa.string()), "kind": ["fault"]}
    pq.write_table(pa.table(fault), truth / "planted.parquet")
    return home


def _key(setl_id: str, scheme: str, excess: int) -> dict[str, Any]:
    return {"setl_id": setl_id, "scheme": scheme, "scheme_id": 1, "excess_fen": excess, "total_fen": 800_000}


@pytest.fixture
def warehouse(padded: Path, stays: SimpleNamespace) -> Iterator[duckdb.DuckDBPyConnection]:
    con = stays.empty(padded / "warehouse.duckdb")
    yield con
    con.close()


def test_dear_stays_of_the_later_days_come_first(warehouse: duckdb.DuckDBPyConnection, padded: Path) -> None:
    found = evaluate_models(warehouse, padded / "truth", [find_model("MD-11")], capacity=1, with_labels=True)
    later = [setl for number, setl in enumerate(DEAR) if 30 + 4 * number >= 60]
    assert (found.judged_from, found.positives) == (date(2026, 3, 2), len(later))
    assert found.left_out == 2, "what only carries a scheme, and what a rule is for, are neither right nor wrong"
    models = found.of("models")
    assert models.average_precision > 0.8
    assert models.captured_fen == round(models.hits * 400_000)
    assert models.average_precision > found.of("total cost").average_precision
    assert found.of("random").precision == pytest.approx(found.base_rate)
    assert found.models == ("MD-11",)
    (scheme,) = found.schemes
    assert (scheme.scheme, scheme.settlements) == ("padding", len(later))
    assert (scheme.instances, scheme.found, scheme.found_held_back) == (1, 1, 1)
    assert scheme.held_back is not None
    assert scheme.held_back > 0.5, "nobody labelled it, and it is found"


def test_nothing_of_the_evaluation_stays_in_the_warehouse(warehouse: duckdb.DuckDBPyConnection, padded: Path) -> None:
    def state() -> list[Any]:
        tables = ("audit.score", "audit.finding", "audit.subject_score", "profile.bill")
        return [warehouse.execute(f"SELECT COUNT(*) FROM {table}").fetchall() for table in tables]

    before = state()
    evaluate_models(warehouse, padded / "truth", [find_model("MD-11")], with_labels=False)
    assert state() == before


def test_a_model_that_lacks_its_data_is_silent_and_says_why(warehouse: duckdb.DuckDBPyConnection, padded: Path) -> None:
    models = [find_model("MD-11"), find_model("XR-22")]
    found = evaluate_models(warehouse, padded / "truth", models, with_labels=False)
    assert found.models == ("MD-11",)
    assert "XR-22" in found.silent


def test_without_an_answer_key_there_is_nothing_to_judge(
    warehouse: duckdb.DuckDBPyConnection, padded: Path, tmp_path: Path
) -> None:
    with pytest.raises(NothingToJudge, match="no answer key of schemes"):
        evaluate_models(warehouse, tmp_path, [])
    with pytest.raises(NothingToJudge, match="the settlements run from"):
        evaluate_models(warehouse, padded / "truth", [], judged_from=date(2027, 1, 1))


def test_the_command_prints_what_was_measured_and_leaves_with_the_verdict(
    padded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANSHEN_HOME", str(padded))
    # The others look at what these made-up stays do not have.
    monkeypatch.setattr("lianshen_models.catalogue.MODELS", (find_model("MD-11"),))
    result = CliRunner().invoke(build_app(), ["evaluate", "models", "--json", "--no-labels", "--capacity", "1"])
    printed = json.loads(result.stdout)
    assert result.exit_code == (0 if printed["passes"] else 1)
    assert {one["kind"] for one in printed["judgements"]} == {"models", "naive", "detector"}
    assert printed["judged_from"] == "2026-03-02"
    assert printed["has_pyod"] == baselines.has_pyod()
    shown = CliRunner().invoke(build_app(), ["evaluate", "models", "--no-labels", "--capacity", "1"])
    assert "times the control sample's rate" in shown.stdout


def test_the_package_names_what_it_offers() -> None:
    assert all(hasattr(judging, name) for name in judging.__all__)
