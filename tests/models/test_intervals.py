"""An interval that promises 90 % holds 90 % of later clean stays, of every grade, and of the counts at least that."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lianshen.anomaly.features import Frame
from lianshen.anomaly.fit import apply_fit, fit_model
from lianshen.anomaly.fitted import Scores
from lianshen_models.stay_cost import MODEL

LEVELS = {"TERTIARY": 0.5, "SECONDARY": 0.0, "PRIMARY": -0.6}
SPREAD = {"TERTIARY": 0.45, "SECONDARY": 0.30, "PRIMARY": 0.20}


def clean(rows: int, seed: int) -> Frame:
    """Return stays whose log cost is a sum of what was had and chance that differs by grade; nothing is planted."""
    rng, fixed = np.random.default_rng(seed), np.random.default_rng(0)
    effects = dict(
        zip((f"{letter}{n}" for letter in "EIJKM" for n in (10, 40, 80)), fixed.normal(0, 0.5, 15), strict=True)
    )
    icd3 = rng.choice(list(effects), rows).astype(object)
    level = rng.choice(list(LEVELS), rows, p=[0.4, 0.4, 0.2]).astype(object)
    age = rng.integers(18, 90, rows).astype(float)
    mean = 8.5 + np.array([effects[one] for one in icd3]) + np.array([LEVELS[one] for one in level]) + age / 300
    chance = rng.normal(size=rows) * np.array([SPREAD[one] for one in level])
    usual = np.exp(mean - 7)
    columns: dict[str, Any] = {
        "icd3": icd3, "level": level, "chapter": np.array([one[0] for one in icd3], dtype=object), "age": age,
        "n_secondary": rng.integers(0, 5, rows), "log_cost": mean + chance, "cost_fen": np.exp(mean + chance) * 100,
        "los_days": 1 + rng.poisson(usual), "n_tests": rng.poisson(3 * usual * rng.gamma(5, 0.2, rows)),
        "n_items": rng.poisson(4 * usual), "n_drugs": rng.poisson(np.sqrt(usual)),
        "sex": rng.choice(["1", "2"], rows).astype(object),
    }  # fmt: skip
    constant = {
        "has_operation": "NO",
        "stay_kind": "ORDINARY",
        "department": "A03",
        "insutype": "310",
        "scope": "IN_PROV",
    }
    for name, value in (constant | {"operation": None, "operation_chapter": None}).items():
        columns[name] = np.full(rows, value, dtype=object)
    parts = rng.dirichlet(np.linspace(20, 120, len(MODEL.categories)), rows)
    columns |= {
        f"{category.name}_fen": columns["cost_fen"] * part
        for category, part in zip(MODEL.categories, parts.T, strict=True)
    }
    return Frame(np.array([f"{seed}-{n}" for n in range(rows)], dtype=object), columns)


@pytest.fixture(scope="module")
def later() -> Frame:
    return clean(12_000, seed=5)


@pytest.fixture(scope="module")
def scores(later: Frame) -> Scores:
    return apply_fit(MODEL, fit_model(MODEL, clean(5_000, seed=4), seed=1), later)


def test_the_interval_of_expected_cost_holds_what_it_promises_in_every_grade(later: Frame, scores: Scores) -> None:
    inside = (later["log_cost"] >= scores.log_low) & (later["log_cost"] <= scores.log_high)
    assert 0.88 <= inside.mean() <= 0.92
    for level in LEVELS:
        assert 0.88 <= inside[later["level"] == level].mean() <= 0.92, level
    assert 0.03 <= (later["log_cost"] > scores.log_high).mean() <= 0.07


def test_the_intervals_of_counts_hold_at_least_what_they_promise_and_are_no_wider_than_whole_numbers_make_them(
    scores: Scores,
) -> None:
    volume = scores.volume
    inside = ((volume.actual >= volume.low) & (volume.actual <= volume.high)).mean(axis=0)
    assert (inside >= 0.88).all()
    for place, count in enumerate(MODEL.counts):
        narrower = (volume.actual[:, place] > volume.low[:, place]) & (volume.actual[:, place] < volume.high[:, place])
        assert narrower.mean() <= 0.92, count.name


def test_the_interval_of_every_charge_category_holds_what_it_promises(scores: Scores) -> None:
    parts = scores.reasons
    inside = ((parts.actual >= parts.low) & (parts.actual <= parts.high)).mean(axis=0)
    assert (inside >= 0.88).all()
    assert (inside <= 0.92).all()
    assert (parts.low <= parts.expected).all()
    assert (parts.expected <= parts.high).all()


def test_clean_stays_are_quiet(scores: Scores) -> None:
    assert scores.is_finding.mean() <= 0.005
