"""What is planted in a copy of later data is ranked above the rest, and a worse version ranks it worse."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from models import (
    test_co_admission,
    test_drug_resale,
    test_referral_loop,
    test_settlement_outlier,
    test_template_bills,
    test_visitor_effect,
)
from models.ring_rows import add, empty, frames_of
from support.bill_province import Province, new_province

from lianshen.anomaly import Learned, ModelCard, ModelStore, SubjectModel
from lianshen.anomaly.compare import compare_learned
from lianshen.anomaly.errors import NoProbe
from lianshen.anomaly.features import Frame
from lianshen.anomaly.judging.measures import average_precision
from lianshen.anomaly.planting import raised
from lianshen.anomaly.probes import LEAST_PLANTED, Probed, _precision_at, probed
from lianshen.anomaly.registry import standing
from lianshen.anomaly.subject import Frames
from lianshen.anomaly.subject_training import train_subjects
from lianshen.anomaly.windows import read_window
from lianshen_models.catalogue import MODELS, find_model

MONTH = "2026-11"
SINCE, UNTIL = date(2026, 6, 1), date(2026, 12, 1)
SUBJECT_MODELS = tuple(model for model in MODELS if isinstance(model, SubjectModel))
RINGS: dict[str, Any] = {
    "FR-02": test_drug_resale, "FR-10": test_referral_loop, "FR-13": test_template_bills, "CO-04": test_co_admission,
}  # fmt: skip
SEED = 11


def peers(model: SubjectModel) -> Frames:
    province = new_province()
    province.con.execute("DELETE FROM knowledge.watched_change")
    province.con.execute(
        "INSERT INTO knowledge.watched_change VALUES ('K1', 'PRICE', '药品降价', 'western', 184, '', '', '', "
        "DATE '2026-11-10', NULL)"
    )
    for seed, month in enumerate(("2026-10", MONTH)):
        province.fill(month, 500 if model.id == "DW-01" else 120, seed=seed, change=mixed_bills)
    with province.con as con:
        return {name: read_window(con, name, SINCE, UNTIL) for name in model.features}


def mixed_bills(columns: dict[str, Any], rng: np.random.Generator) -> None:
    columns["examination_fen"] = np.rint(columns["cost_fen"] * np.clip(rng.normal(0.15, 0.04, 1), 0.01, 0.5))


def rings(model: SubjectModel) -> Frames:
    with empty() as con:
        con.execute("DELETE FROM knowledge.drug_supply")
        con.execute(
            "INSERT INTO knowledge.drug_supply SELECT 'K' || code, code, '药' || code, 28, '1', '', '', "
            "DATE '2024-01-01', NULL FROM (SELECT UNNEST(?) AS code)",
            [test_drug_resale.PRONE],
        )
        add(con, RINGS[model.id].ordinary())
        return frames_of(con, model, SINCE, UNTIL)


def later(model: SubjectModel) -> Frames:
    """Return small frames in which nothing is wrong, of the kind that the model looks at."""
    if model.id in RINGS:
        return rings(model)
    if model.id == "AN-01":
        with test_settlement_outlier.warehouse(test_settlement_outlier.settlements(2_400)) as con:
            return test_settlement_outlier.shapes(con)
    if model.id == "XR-22":
        with test_visitor_effect.warehouse() as con:
            return test_visitor_effect.frame_of(con)
    return peers(model)


@pytest.fixture(scope="module", params=SUBJECT_MODELS, ids=lambda model: model.id)
def case(request: pytest.FixtureRequest) -> tuple[SubjectModel, Frames, Learned]:
    frames = later(request.param)
    return request.param, frames, request.param.learn(frames, SEED)


def values(frames: Frames) -> dict[str, Any]:
    def listed(frame: Frame) -> dict[str, Any]:
        columns = {name: list(map(str, column)) for name, column in frame.columns.items()}
        lists = {name: (one.values.tolist(), one.counts.tolist()) for name, one in frame.lists.items()}
        return {"key": list(frame.key), **columns, **lists}

    return {name: listed(frame) for name, frame in frames.items()}


@pytest.mark.parametrize("model", SUBJECT_MODELS, ids=lambda model: model.id)
def test_every_model_in_the_catalogue_says_what_is_planted_to_measure_it(model: SubjectModel) -> None:
    assert model.probe is not None
    assert model.probe.what.endswith(".")
    assert model.probe.what_zh.endswith("。")
    assert model.probe.needs_history <= (model.history_months > 0)


def test_what_is_planted_stands_above_the_rest_and_the_same_seed_measures_the_same(
    case: tuple[SubjectModel, Frames, Learned],
) -> None:
    model, frames, learned = case
    before = values(frames)
    first = probed(model, learned, frames, MONTH, SEED)
    assert values(frames) == before, "probes change a copy and nothing else"
    assert first.as_metrics() == probed(model, learned, frames, MONTH, SEED).as_metrics()
    assert model.probe is not None
    (one, plantings), (other, _) = (
        model.probe.plant(frames, MONTH, np.random.default_rng(seed)) for seed in (SEED, SEED + 1)
    )
    assert values(one) != values(other) != before, "another seed plants elsewhere"
    assert LEAST_PLANTED <= len(plantings) <= len(first.precision)
    planted = [setl_id for planting in plantings for setl_id in planting]
    assert len(set(planted)) == len(planted)
    by_chance = len(planted) / (len(planted) + first.ordinary)
    assert first.average_precision > by_chance + 0.2
    assert first.false_findings < 0.15


def test_where_there_is_too_little_nothing_is_planted_and_that_is_said(
    case: tuple[SubjectModel, Frames, Learned],
) -> None:
    model, frames, learned = case
    few = {name: frame.where(np.arange(min(len(frame), 2))) for name, frame in frames.items()}
    with pytest.raises(NoProbe, match=r"too little of 2026-11 .* to plant 5 probes in"):
        probed(model, learned, few, MONTH, SEED)
    said = compare_learned(model, "old", "2026-11-03", learned, learned, few, MONTH, SEED)
    assert (said.is_better, said.may_score) == (None, True)
    assert "too little of 2026-11" in said.why
    assert "whoever approves decides" in said.why


def test_what_is_the_same_is_no_better_and_is_left_to_whoever_approves_only_when_it_knows_later_days(
    case: tuple[SubjectModel, Frames, Learned],
) -> None:
    model, frames, learned = case
    same = compare_learned(model, "old", "2026-11-03", learned, learned, frames, MONTH, SEED)
    assert (same.is_better, same.may_score) == (False, False)
    assert same.champion_value == same.challenger_value
    assert "no better than old" in same.why
    newer = compare_learned(model, "old", "2026-11-03", learned, learned, frames, MONTH, SEED, newer=True)
    assert (newer.is_better, newer.may_score) == (None, True)
    assert "nothing tells it from old" in newer.why


def test_precision_at_each_planted_one_averages_to_the_average_precision() -> None:
    rng = np.random.default_rng(3)
    score, positive = np.round(rng.normal(0, 1, 400), 1), rng.random(400) < 0.1
    score[positive] += 1
    assert _precision_at(score, positive).mean() == pytest.approx(average_precision(score, positive))


def test_raising_sums_is_as_if_every_value_had_been_raised() -> None:
    cost = np.array([100.0, 250.0, 900.0])

    def summed(factor: float) -> Frame:
        value = cost * factor
        key = np.array(["H1"], dtype=object)
        return Frame(key, {
            "subject_id": key, "n": np.array([3]), "log": np.array([np.log(value).sum()]),
            "log2": np.array([np.square(np.log(value)).sum()]), "sum": np.array([value.sum()]),
            "sum2": np.array([np.square(value).sum()]), "fen": np.array([round(value.sum() * 100)]),
        })  # fmt: skip

    found = raised(
        summed(1), np.array([1.5]), logs=[("n", "log", "log2")], sums=[("n", "sum", "sum2")], amounts=["fen"]
    )
    for name, column in summed(1.5).columns.items():
        if name != "subject_id":
            assert float(found[name][0]) == pytest.approx(float(column[0]))
    assert found["fen"].dtype == np.int64


def stand(precision: list[float]) -> Probed:
    return Probed(np.array(precision), 1.0, 0.0, 100)


def test_a_hair_better_by_luck_is_no_better_and_surely_better_is(monkeypatch: pytest.MonkeyPatch) -> None:
    model = find_model("DR-12")
    assert isinstance(model, SubjectModel)
    frames = {"doctor_month": Frame(np.array(["D"]), {})}
    rng = np.random.default_rng(2)
    old = rng.uniform(0.2, 0.6, 30)

    def compared(new: Any) -> Any:
        monkeypatch.setattr("lianshen.anomaly.compare.probed", lambda *_: stand(old.tolist()))
        return compare_learned(
            model, "old", "2026-11-03", Learned({}), Learned({}), frames, MONTH, SEED, challenger=stand(new.tolist())
        )

    lucky = compared(old + rng.normal(0.002, 0.1, 30))
    assert (lucky.is_better, lucky.may_score) == (False, False)
    assert "no better than old on 30 probes" in lucky.why
    better = compared(old + rng.normal(0.1, 0.05, 30))
    assert (better.is_better, better.may_score) == (True, True)
    assert 0 < better.low < better.better_by < better.high
    assert math.isclose(better.better_by, better.challenger_value / better.champion_value - 1)


DOCTORS = replace(find_model("DR-12"), window_days=365)


@pytest.fixture
def province() -> Iterator[Province]:
    made = new_province()
    for seed, month in enumerate(("2026-10", MONTH)):
        made.fill(month, seed=seed)
    made.reach(date(2026, 11, 28))
    yield made
    made.con.close()


def train(province: Province, store: ModelStore) -> ModelCard:
    return train_subjects(province.con, DOCTORS, store, until=date(2026, 12, 1), holdout_days=30, by="maker")


def shuffle(province: Province) -> Callable[[], None]:
    """Mix up the bills of October, which are learned from; return how to put them back."""
    province.con.execute("CREATE TABLE kept AS FROM profile.bill")
    drawn = "SELECT *, ROW_NUMBER() OVER (ORDER BY {}) AS place FROM kept WHERE setl_month = '2026-10'"
    province.con.execute(
        "UPDATE profile.bill SET cost_fen = o.cost_fen, n_tests = o.n_tests, n_drugs = o.n_drugs FROM ("
        f"SELECT a.setl_id, b.cost_fen, b.n_tests, b.n_drugs FROM ({drawn.format('setl_id')}) AS a "
        f"JOIN ({drawn.format('MD5(setl_id)')}) AS b USING (place)) AS o WHERE bill.setl_id = o.setl_id"
    )

    def put_back() -> None:
        province.con.execute("DELETE FROM profile.bill")
        province.con.execute("INSERT INTO profile.bill FROM kept")

    return put_back


def test_a_challenger_that_learned_from_mixed_up_bills_is_not_promoted_although_the_policy_would(
    province: Province, tmp_path: Path
) -> None:
    store = ModelStore(tmp_path)
    good = train(province, store)
    assert good.promoted
    shuffle(province)
    bad = train(province, store)
    assert not bad.promoted
    assert bad.comparison.challenger_value < bad.comparison.champion_value
    assert "no better than" in str(bad.refused)
    assert standing(store, "DR-12", bad.version)[0] == "refused"
    assert store.champion("DR-12") == good.version


def test_a_better_challenger_is_promoted_and_card_and_register_say_by_how_much(
    province: Province, tmp_path: Path
) -> None:
    store = ModelStore(tmp_path)
    put_back = shuffle(province)
    bad = train(province, store)
    put_back()
    good = train(province, store)
    assert good.promoted
    assert good.comparison.is_better
    assert good.comparison.champion == bad.version
    # What the card of each says of it is what the comparison says: they met on the very same plantings.
    assert good.comparison.champion_value == pytest.approx(bad.document["metrics"]["probe_average_precision"], abs=1e-4)
    measured = good.document["metrics"]["probe_average_precision"]
    assert good.comparison.challenger_value == pytest.approx(measured, abs=1e-4)
    card = store.open("DR-12", good.version).card
    assert f"| probe_average_precision | {measured} |" in card
    assert "A probe is a known change planted in a copy of later data" in card
    assert "seed 11" in card
    assert f"better than {bad.version}" in card
    assert "plantings it finds" in card
