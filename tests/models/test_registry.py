"""A version scores when it is better than the champion on later rows and somebody else approves, or the policy does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import numpy as np
import pytest
from models.conftest import QUICK
from models.test_nights import LAST, TOY, con, content, judge

from lianshen.anomaly import ApprovalRefused, Learned, ModelCard, ModelDamaged, ModelStore, approve, standing, train
from lianshen.anomaly.compare import compare_fits, compare_learned
from lianshen.anomaly.planting import copies, joined
from lianshen.anomaly.registry import read_register
from lianshen.anomaly.subject import Frames, Judged, Planting, Probe
from lianshen.anomaly.subject_training import Untrained, train_model, train_or_say
from lianshen_models.stay_cost import MODEL

__all__ = ["con", "content"]

NOW = datetime.fromisoformat("2026-04-11T09:30")
Connection = duckdb.DuckDBPyConnection


PLANTED = 8
SKILL = {"now": 0.1}
"""How well what is learned next will tell what is planted from the rest: above one it does, below it does not."""


def plant(frames: Frames, month: str, rng: np.random.Generator) -> tuple[Frames, list[Planting]]:
    """Add dear institutions to the toy's frame."""
    toy = frames["toy"]
    rows = rng.integers(len(toy), size=PLANTED)
    keys = [f"PROBE-{number}" for number in range(PLANTED)]
    added = copies(toy, rows, fixmedins_code=keys, setl_month=month, cost=float(toy["cost"].max()) * 2)
    return {**frames, "toy": joined(toy, added)}, [(key,) for key in keys]


def learn_skill(frames: Frames, seed: int) -> Learned:
    return Learned({"mean": float(frames["toy"]["cost"].mean()), "skill": SKILL["now"]})


def judge_by_skill(learned: Learned, frames: Frames, month: str) -> Judged:
    judged = judge(learned, frames, month)
    is_planted = np.array([str(key).startswith("PROBE") for key in judged.subject_id])
    return replace(judged, score=judged.score * np.where(is_planted, learned.facts["skill"], 1.0))


MEASURED = replace(TOY, learn=learn_skill, judge=judge_by_skill, probe=Probe(plant, "dear ones.", "昂贵的机构。"))


@pytest.fixture
def learns(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return what sets how well the next version will do."""
    return lambda skill: monkeypatch.setitem(SKILL, "now", skill)


def trained(con: Connection, store: ModelStore, content: Path, until: date, **more: Any) -> ModelCard:
    more = {"promote": False, "by": "maker", "at": NOW, **more}
    return train_model(con, more.pop("model", TOY), store, until=until, content=content, **more)


@pytest.fixture
def empty(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


def test_what_is_trained_waits_until_somebody_else_approves_it(
    con: Connection, content: Path, empty: ModelStore
) -> None:
    card = trained(con, empty, content, LAST)
    assert not card.promoted
    assert card.refused is None
    assert "lianshen models approve TT-02" in card.state
    assert empty.champion("TT-02") is None
    assert standing(empty, "TT-02", card.version) == ("waiting", None)
    with pytest.raises(ApprovalRefused, match=r"Maker trained TT-02 .* somebody else approves"):
        approve(empty, "TT-02", card.version, by=" Maker", reason="fine", at=NOW)
    with pytest.raises(ApprovalRefused, match="names who approves and why"):
        approve(empty, "TT-02", card.version, by="checker", reason=" ", at=NOW)
    approve(empty, "TT-02", card.version, by="checker", reason="read the card", at=NOW)
    assert empty.champion("TT-02") == card.version
    assert empty.approved_by("TT-02") == "checker"
    said = empty.open("TT-02", card.version).card
    assert "| 2026-04-11T09:30:00 | approved | checker | read the card |" in said
    assert "there is no champion yet" in said
    with pytest.raises(ApprovalRefused, match="scores already"):
        approve(empty, "TT-02", card.version, by="checker", reason="again", at=NOW)


def test_the_policy_of_an_unattended_installation_approves_and_the_card_says_so(
    con: Connection, content: Path, empty: ModelStore
) -> None:
    card = trained(con, empty, content, LAST, promote=True)
    assert card.promoted
    assert card.approved_by == "policy"
    assert card.summary()["state"] == "promoted, approved by policy"
    assert "approved by policy" in empty.open("TT-02", card.version).card


def test_a_challenger_meets_the_champion_on_what_neither_learned_from(
    con: Connection, content: Path, empty: ModelStore, learns: Callable[[float], None]
) -> None:
    old = trained(con, empty, content, LAST - timedelta(days=40), promote=True, model=MEASURED)
    learns(10.0)
    new = trained(con, empty, content, LAST, model=MEASURED)
    compared = new.comparison
    assert (compared.champion, compared.measure) == (old.version, "probe_average_precision")
    assert compared.since == new.document["data"]["holdout_from"] > old.document["data"]["holdout_from"]
    assert compared.is_better
    assert compared.challenger_value == new.document["metrics"]["probe_average_precision"] == 1.0
    assert new.document["probe"]["why_not"] is None
    assert new.refused is None
    last = read_register(empty.folder / "TT-02")[-1]
    assert last.comparison is not None
    assert last.comparison["champion"] == old.version
    assert last.comparison["probes"]["planted"] == 4 * PLANTED, "where few are planted, several copies are"


def test_what_is_no_better_is_refused_and_cannot_be_approved(
    con: Connection, content: Path, empty: ModelStore, learns: Callable[[float], None]
) -> None:
    learns(10.0)
    trained(con, empty, content, LAST - timedelta(days=40), promote=True, model=MEASURED)
    learns(0.1)
    worse = trained(con, empty, content, LAST, promote=True, model=MEASURED)
    assert not worse.promoted
    assert "no better than" in str(worse.refused)
    assert standing(empty, "TT-02", worse.version)[0] == "refused"
    with pytest.raises(ApprovalRefused, match="no better than"):
        approve(empty, "TT-02", worse.version, by="checker", reason="all the same", at=NOW)


def test_what_no_probe_tells_from_the_champion_is_left_to_whoever_approves(
    con: Connection, content: Path, empty: ModelStore, learns: Callable[[float], None]
) -> None:
    learns(10.0)
    trained(con, empty, content, LAST - timedelta(days=40), promote=True, model=MEASURED)
    same = trained(con, empty, content, LAST, model=MEASURED)
    assert same.comparison.is_better is None
    assert standing(empty, "TT-02", same.version) == ("waiting", None)
    said = empty.open("TT-02", same.version).card
    assert f"as good as {same.comparison.champion} on" in said
    approve(empty, "TT-02", same.version, by="checker", reason="newer data", at=NOW)
    assert empty.champion("TT-02") == same.version


def test_a_version_that_met_another_champion_is_compared_again_before_it_scores(
    con: Connection, content: Path, empty: ModelStore
) -> None:
    first = trained(con, empty, content, LAST - timedelta(days=40))
    second = trained(con, empty, content, LAST)
    approve(empty, "TT-02", first.version, by="checker", reason="fine", at=NOW)
    with pytest.raises(ApprovalRefused, match=r"compared with no champion, and .* scores now: train again"):
        approve(empty, "TT-02", second.version, by="checker", reason="fine", at=NOW)
    again = trained(con, empty, content, LAST)
    assert again.version == second.version
    assert again.comparison.agreement == pytest.approx(1.0)
    assert "whoever approves decides" in again.comparison.why
    approve(empty, "TT-02", second.version, by="checker", reason="newer", at=NOW)
    assert standing(empty, "TT-02", first.version)[0] == "former"
    approve(empty, "TT-02", first.version, by="checker", reason="back to what we know", at=NOW)
    assert empty.champion("TT-02") == first.version


def test_a_champion_that_cannot_score_any_more_stops_nobody(con: Connection, content: Path, empty: ModelStore) -> None:
    old = trained(con, empty, content, LAST - timedelta(days=40), promote=True)
    (old.folder / "card.md").write_text("changed", encoding="utf-8")
    new = trained(con, empty, content, LAST)
    assert "cannot score" in new.comparison.why
    assert standing(empty, "TT-02", new.version) == ("waiting", None)
    approve(empty, "TT-02", new.version, by="checker", reason="the old one is damaged", at=NOW)


def test_training_again_enters_nothing_twice_and_a_changed_register_is_refused(
    con: Connection, content: Path, empty: ModelStore
) -> None:
    for day in (NOW, NOW + timedelta(days=1)):
        trained(con, empty, content, LAST, at=day)
    trained(con, empty, content, LAST, promote=True)
    register = empty.folder / "TT-02" / "register.jsonl"
    lines = register.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["trained", "approved"]
    register.write_text(lines[0].replace("maker", "someone") + "\n" + lines[1] + "\n", encoding="utf-8")
    with pytest.raises(ModelDamaged, match="line 1: it is not what was entered"):
        read_register(empty.folder / "TT-02")
    register.write_text(lines[1] + "\n", encoding="utf-8")
    with pytest.raises(ModelDamaged, match="line 1"):
        read_register(empty.folder / "TT-02")


def test_one_model_that_cannot_be_trained_says_why(con: Connection, content: Path, empty: ModelStore) -> None:
    needy = replace(TOY, needs={"settled.icu_d": "没有重症监护数据"})
    said = train_or_say(con, needy, empty, until=LAST, content=content)
    assert isinstance(said, Untrained)
    assert "没有重症监护数据" in said.state
    assert said.summary().keys() == trained(con, empty, content, LAST).summary().keys()


def scores(log_expected: np.ndarray[Any, Any], width: float) -> Any:
    return SimpleNamespace(log_low=log_expected - width, log_expected=log_expected, log_high=log_expected + width)


def test_the_same_rows_and_a_paired_bootstrap_decide_between_two_fits() -> None:
    rng = np.random.default_rng(1)
    target = rng.normal(9, 1, 4000)
    near, far = (target + rng.normal(0, sigma, 4000) for sigma in (0.30, 0.33))
    better = compare_fits(MODEL, "old", "2026-01-01", target, scores(far, 0.5), scores(near, 0.5), 11)
    assert better.is_better
    assert 0 < better.low < better.better_by < better.high
    same = compare_fits(MODEL, "old", "2026-01-01", target, scores(near, 0.5), scores(near[::-1][::-1], 0.5), 11)
    assert (same.is_better, same.may_score) == (False, False), "what is the same is not better"
    copied = scores(near.copy(), 0.5)
    newer = compare_fits(MODEL, "old", "2026-01-01", target, scores(near, 0.5), copied, 11, newer=True)
    assert (newer.is_better, newer.may_score) == (None, True), "unless it knows later days: then somebody decides"
    few = compare_fits(MODEL, "old", "2026-01-01", target[:50], scores(far[:50], 0.5), scores(near[:50], 0.5), 11)
    assert (few.is_better, few.may_score) == (None, False)
    assert "only 50 rows" in few.why
    again = compare_fits(MODEL, "old", "2026-01-01", target, scores(far, 0.5), scores(near, 0.5), 11)
    assert again == better


def test_nothing_later_is_no_comparison() -> None:
    said = compare_learned(MEASURED, "old", "2026-01-01", Learned({}), Learned({}), {}, "2026-04", 11)
    assert (said.is_better, said.may_score) == (None, False)


def test_a_second_fit_of_the_same_stays_is_no_better_than_the_first(
    warehouse: Connection, quick_store: ModelStore, stays: SimpleNamespace
) -> None:
    champion = quick_store.champion("MD-11")
    card = train(warehouse, QUICK, quick_store, until=stays.until, seed=12)
    assert card.comparison.champion == champion
    assert card.comparison.rows == card.document["data"]["holdout_rows"]
    assert not card.promoted
    assert "no better than" in str(card.refused)
    assert quick_store.champion("MD-11") == champion
