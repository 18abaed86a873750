"""Training uses the past only, says what it measured, and the same data give the same version."""

from __future__ import annotations

from argparse import Namespace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import duckdb
import numpy as np
import pytest
from models.conftest import QUICK

from lianshen.anomaly import ModelDamaged, ModelNotFound, ModelStore, TooFewRows, score_models, train
from lianshen.anomaly.features import read_features
from lianshen.anomaly.fit import apply_fit, fit_model
from lianshen.anomaly.fitted import Fit
from lianshen_models.stay_cost import MODEL

Connection = duckdb.DuckDBPyConnection


def test_the_same_data_and_seed_give_the_same_version_and_scores_in_whatever_order_rows_lie(
    quick: Path, tmp_path: Path, stays: SimpleNamespace
) -> None:
    con = stays.empty()
    stays.add(con, stays.ordinary(3000)[::-1])
    card = train(con, QUICK, ModelStore(tmp_path), until=stays.until)
    assert card.version == ModelStore(quick).champion("MD-11")
    score_models(con, ModelStore(tmp_path), [QUICK])
    again = stays.full()
    score_models(again, ModelStore(quick), [QUICK])
    query = "SELECT setl_id, score, expected, low, high FROM audit.score ORDER BY setl_id"
    assert con.execute(query).fetchall() == again.execute(query).fetchall()


def test_rows_that_settle_on_or_after_the_day_change_nothing(
    warehouse: Connection, quick: Path, tmp_path: Path, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, stays.ordinary(500, seed=1, prefix="L", first=100, last=120))
    card = train(warehouse, QUICK, ModelStore(tmp_path), until=stays.until)
    assert card.version == ModelStore(quick).champion("MD-11")
    later = train(warehouse, QUICK, ModelStore(tmp_path), until=stays.until + timedelta(days=20))
    assert later.version != card.version


def test_a_row_earlier_than_the_day_changes_the_version(
    warehouse: Connection, quick: Path, tmp_path: Path, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, [stays.Stay("E1", day=3)])
    assert train(warehouse, QUICK, ModelStore(tmp_path), until=stays.until).version != ModelStore(quick).champion(
        "MD-11"
    )


def test_the_last_part_judges_and_no_judged_row_was_fitted_on(trained: Path, stays: SimpleNamespace) -> None:
    store = ModelStore(trained)
    data = store.open("MD-11", str(store.champion("MD-11"))).document["data"]
    assert data["holdout_from"] == (stays.until - timedelta(days=20)).isoformat()
    assert data["until"] == stays.until.isoformat()
    assert data["rows"] + data["holdout_rows"] == 3000


def test_the_fit_explains_cost_and_its_interval_holds_what_it_promises(trained: Path) -> None:
    store = ModelStore(trained)
    metrics = store.open("MD-11", str(store.champion("MD-11"))).document["metrics"]
    assert metrics["r2_log"] > 0.85
    assert metrics["better_than_baseline"] > 0
    assert 0.85 <= metrics["coverage"] <= 0.96
    assert metrics["findings_share"] <= 0.01
    assert set(metrics["by_segment"]) == {"PRIMARY", "SECONDARY", "TERTIARY"}


def test_the_card_names_data_metrics_and_blind_spots_in_english_with_a_chinese_summary(trained: Path) -> None:
    store = ModelStore(trained)
    stored = store.open("MD-11", str(store.champion("MD-11")))
    card = stored.card
    assert card.startswith("# MD-11 同病同级费用离群（过度诊疗模型）")
    assert "**摘要**" in card
    for text in (
        *MODEL.blind_spots,
        *MODEL.not_a_finding_when,
        stored.version,
        "2026-01-01",
        "R² of log cost",
        "从不提出扣款",
        "## Drift",
        "检验检查（项）",
        "| level | ×",
    ):
        assert text in card


def test_a_stored_fit_scores_exactly_as_the_fit_that_was_stored(warehouse: Connection, store: ModelStore) -> None:
    document = store.open("MD-11", str(store.champion("MD-11"))).document
    until = document["data"]["holdout_from"]
    frame = read_features(warehouse, "stay", f"SELECT setl_id FROM mart.settlement WHERE setl_date < DATE '{until}'")
    fresh = apply_fit(MODEL, fit_model(MODEL, frame, seed=document["seed"]), frame)
    loaded = apply_fit(MODEL, Fit.of(store.open("MD-11", document["version"]).load()), frame)
    assert np.array_equal(fresh.score, loaded.score)
    assert np.array_equal(fresh.high, loaded.high)
    assert np.array_equal(fresh.reasons.expected, loaded.reasons.expected)


def test_a_rare_diagnosis_is_judged_by_a_wider_group(
    warehouse: Connection, tmp_path: Path, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, stays.ordinary(4000, seed=2, prefix="M"))
    warehouse.execute(
        "UPDATE mart.settlement SET icd3 = 'J45' WHERE setl_id < 'M000060' AND setl_id >= 'M' AND icd3 = 'J18'"
    )
    store = ModelStore(tmp_path)
    train(warehouse, QUICK, store, until=stays.until)
    stays.add(
        warehouse,
        [stays.Stay("R1", amounts={"04": 15000, "03": 12000}), stays.Stay("C1", amounts={"04": 15000, "03": 12000})],
    )
    warehouse.execute("UPDATE mart.settlement SET icd3 = 'J45' WHERE setl_id = 'R1'")
    score_models(warehouse, store, [QUICK])
    query = "SELECT setl_id, because->>'because_peers', (because->'because_peer_count')::INT FROM audit.finding"
    peers = {row[0]: row[1:] for row in warehouse.execute(query).fetchall()}
    assert peers["C1"][0] == "主要诊断J18、二级医院"
    assert peers["R1"][0] == "呼吸系统疾病、二级医院"
    assert peers["R1"][1] > peers["C1"][1] >= QUICK.thresholds.min_peers


def test_too_few_stays_are_a_clear_error(warehouse: Connection, tmp_path: Path, stays: SimpleNamespace) -> None:
    store = ModelStore(tmp_path)
    with pytest.raises(TooFewRows, match=r"needs 500 rows dated before .* there are [0-9]{3}: load more nights"):
        train(warehouse, QUICK, store, until=stays.until - timedelta(days=82))
    with pytest.raises(TooFewRows, match="finds no row"):
        train(stays.empty(), QUICK, store, until=stays.until)
    with pytest.raises(TooFewRows, match="needs 100 rows with features to be judged"):
        train(warehouse, QUICK, store, until=stays.until, holdout_days=1)
    assert store.champion("MD-11") is None


def test_a_fit_whose_interval_no_longer_holds_is_stored_but_not_promoted(
    warehouse: Connection, tmp_path: Path, stays: SimpleNamespace
) -> None:
    dearer = stays.ordinary(900, seed=4, prefix="D", first=80)
    for stay in dearer:
        stay.times *= 3
    stays.add(warehouse, dearer)
    store = ModelStore(tmp_path)
    card = train(warehouse, QUICK, store, until=stays.until)
    assert not card.promoted
    assert "costs have shifted" in str(card.refused)
    assert store.versions("MD-11") == [card.version]
    assert store.champion("MD-11") is None


@pytest.mark.parametrize("name", ["model.json", "estimators.skops", "card.md"])
def test_the_store_refuses_a_file_that_was_changed(name: str, store: ModelStore) -> None:
    version = str(store.champion("MD-11"))
    path = store.folder / "MD-11" / version / name
    content = path.read_bytes()
    path.write_bytes(content.replace(b"MD-11", b"MD-12", 1) if b"MD-11" in content else content + b" ")
    with pytest.raises(ModelDamaged, match=rf"{name} is not the file that was written.*lianshen models train"):
        store.open("MD-11", version)


def test_the_store_refuses_a_file_that_is_gone_or_cannot_be_read(store: ModelStore) -> None:
    version = str(store.champion("MD-11"))
    (store.folder / "MD-11" / version / "card.md").unlink()
    with pytest.raises(ModelDamaged, match=r"card\.md"):
        store.open("MD-11", version)
    (store.folder / "MD-11" / version / "model.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelDamaged, match="cannot be read"):
        store.open("MD-11", version)


def test_the_store_lets_in_no_type_that_a_histogram_tree_does_not_need(store: ModelStore) -> None:
    import skops.io

    stored = store.open("MD-11", str(store.champion("MD-11")))
    skops.io.dump({"low": Namespace(predict="anything")}, stored.folder / "estimators.skops")
    with pytest.raises(ModelDamaged, match="types that no model here needs"):
        stored.load()


def test_only_a_version_that_is_there_can_be_opened_or_promoted(store: ModelStore) -> None:
    with pytest.raises(ModelNotFound, match="stored versions: "):
        store.promote("MD-11", "nosuch")
    assert store.champion("MD-11") in store.versions("MD-11")


def test_what_is_kept_back_follows_the_rows_and_not_the_calendar(
    warehouse: Connection, tmp_path: Path, stays: SimpleNamespace
) -> None:
    stays.add(warehouse, stays.ordinary(4000, seed=3, prefix="B", first=96, last=100))
    data = train(warehouse, QUICK, ModelStore(tmp_path), until=stays.until).document["data"]
    assert data["holdout_from"] >= (stays.until - timedelta(days=4)).isoformat()
    assert data["rows"] > data["holdout_rows"]
