"""Visitors against neighbours, simulated: what an interval promises it holds, and ordinary hospitals are left alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianshen.anomaly.features import Frame
from lianshen.anomaly.two_groups import WIDE, Prior, learn_prior, posterior
from lianshen.anomaly.visitors import MEASURES, age_and_sex, effects_of, learn, match

BETWEEN, STAY, AGE = 0.10, 0.5, 0.25


@dataclass(frozen=True)
class Made:
    frame: Frame
    truth: np.ndarray[tuple[int], np.dtype[np.float64]]


def made(hospitals: int, seed: int, *, unusual: float = 0.03, visitors: float = 3.0, aging: float = AGE) -> Made:
    """Return sums of stays: visitors are older, the old cost more, and hospitals treat visitors as ``truth`` says."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(0.03, 0.07, hospitals) + (rng.random(hospitals) < unusual) * rng.normal(0, WIDE, hospitals)
    rows: dict[str, list[object]] = {
        name: []
        for name in ("subject_id", "origin", "setl_month", "icd3", "operation", "age_band", "sex", "level", "n")
    }
    sums: dict[str, list[float]] = {f"ln_{m}{end}": [] for m in MEASURES for end in ("", "_2")}
    for hospital in range(hospitals):
        for cell in range(int(rng.integers(5, 12))):
            usual = rng.normal(9, 0.6)
            extra = truth[hospital] + rng.normal(0, BETWEEN)
            for band in range(2, 6):
                for origin, mean in (("REMOTE", visitors * (0.3 + 0.1 * band)), ("LOCAL", 12 - 2 * band)):
                    n = int(rng.poisson(mean))
                    if not n:
                        continue
                    centre = usual + aging * (band - 3) + extra * (origin == "REMOTE")
                    stays = rng.normal(centre, STAY, n)
                    values = (f"H{hospital:04}", origin, "2026-11", f"J{cell:02}", "-", str(band), "1", "TERTIARY", n)
                    for name, value in zip(rows, values, strict=True):
                        rows[name].append(value)
                    for measure in MEASURES:
                        sums[f"ln_{measure}"].append(float(stays.sum()))
                        sums[f"ln_{measure}_2"].append(float(np.square(stays).sum()))
    columns = {name: np.array(values, dtype=np.int64 if name == "n" else object) for name, values in rows.items()}
    columns |= {name: np.array(values) for name, values in sums.items()}
    return Made(Frame(columns["subject_id"], columns), truth)


@pytest.fixture(scope="module")
def many() -> Made:
    return made(400, 1)


def test_the_95_percent_interval_holds_the_truth_in_95_of_100_hospitals(many: Made) -> None:
    cells = match(many.frame)
    believed = effects_of(learn(many.frame), many.frame, cells, "cost").believed
    truth = many.truth[[int(place[1:]) for place in cells.places]]
    inside = (believed.low <= truth) & (truth <= believed.high)
    assert 0.93 <= inside.mean() <= 0.98
    assert 0.92 <= (believed.floor <= truth).mean() <= 0.98


def test_intervals_learned_from_one_year_hold_in_the_next(many: Made) -> None:
    later = made(400, 2)
    cells = match(later.frame)
    believed = effects_of(learn(many.frame), later.frame, cells, "cost").believed
    truth = later.truth[[int(place[1:]) for place in cells.places]]
    assert 0.92 <= ((believed.low <= truth) & (truth <= believed.high)).mean() <= 0.98


def test_older_visitors_are_compared_with_neighbours_of_their_age(many: Made) -> None:
    cells = match(many.frame)
    learned = learn(many.frame)
    effect = dict(zip(many.frame["age_band"], age_and_sex(many.frame, learned.effects["cost"]), strict=True))
    assert effect["5"] - effect["2"] == pytest.approx(3 * AGE, abs=0.05)
    ratio = effects_of(learned, many.frame, cells, "cost").own - many.truth[[int(p[1:]) for p in cells.places]]
    assert abs(ratio.mean()) < 0.02


def test_where_no_hospital_is_unusual_hardly_any_is_declared() -> None:
    quiet = made(300, 3, unusual=0.0)
    effects = effects_of(learn(quiet.frame), quiet.frame, match(quiet.frame), "cost").believed
    declared = (effects.false_discovery <= 0.05) & (np.exp(effects.mean) >= 1.3) & (np.exp(effects.floor) > 1.1)
    assert declared.sum() == 0


def test_of_those_declared_at_most_one_in_twenty_is_ordinary() -> None:
    rng = np.random.default_rng(4)
    declared = wrong = found = unusual = 0
    for _ in range(20):
        is_unusual = rng.random(300) < 0.06
        truth = rng.normal(0.02, 0.06, 300) + is_unusual * rng.normal(0, WIDE, 300)
        error = rng.uniform(0.03, 0.2, 300)
        estimate = truth + rng.normal(0, 1, 300) * error
        is_declared = posterior(learn_prior(estimate, error), estimate, error).false_discovery <= 0.05
        declared += int(is_declared.sum())
        wrong += int((is_declared & ~is_unusual).sum())
        found += int((is_declared & is_unusual & (truth > 0.3)).sum())
        unusual += int((is_unusual & (truth > 0.3)).sum())
    assert wrong / declared <= 0.05
    assert found / unusual > 0.6


def test_a_small_hospital_does_not_shout() -> None:
    prior = Prior(0.02, 0.06, 0.03)
    answer = posterior(prior, np.array([0.5, 0.5]), np.array([0.08, 0.40]))
    assert answer.floor[0] > np.log(1.1)
    assert answer.false_discovery[0] < 0.01
    assert answer.mean[1] < 0.25
    assert answer.false_discovery[1] > 0.5


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(0.01, 1)), min_size=1, max_size=30))
def test_what_is_believed_is_in_order_and_nobodys_depends_on_the_others(given_: list[tuple[float, float]]) -> None:
    estimate, error = (np.array(values) for values in zip(*given_, strict=True))
    prior = Prior(0.02, 0.06, 0.03)
    all_at_once = posterior(prior, estimate, error)
    assert (all_at_once.low <= all_at_once.floor + 1e-9).all()
    assert (all_at_once.floor <= all_at_once.high + 1e-9).all()
    assert ((all_at_once.false_discovery >= 0) & (all_at_once.false_discovery <= 1)).all()
    for place in range(len(estimate)):
        alone = posterior(prior, estimate[place : place + 1], error[place : place + 1])
        assert alone.mean[0] == pytest.approx(all_at_once.mean[place], abs=1e-12)
        assert alone.floor[0] == pytest.approx(all_at_once.floor[place], abs=1e-9)


def test_nothing_to_learn_from_leaves_the_usual_belief() -> None:
    nothing = made(3, 5).frame
    learned = learn(nothing.where(nothing["origin"] == "REMOTE"))
    assert learned.prior["cost"].mean == 0
    assert learned.prior["cost"].spread == pytest.approx(0.08)
    assert len(match(nothing.where(np.zeros(len(nothing), dtype=bool)))) == 0
