"""A sample says how much there is at least, and is right about it as often as it claims."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianshen.anomaly.errors import TooFewRows
from lianshen.anomaly.extrapolate import draw, extrapolate


def province(seed: int, rows: int = 4_000) -> tuple[np.ndarray, np.ndarray]:
    """Settlements by size of the bill; few hold something to recover, and large bills more often and more of it."""
    random = np.random.default_rng(seed)
    strata = random.choice(["小额", "中额", "大额"], rows, p=[0.6, 0.3, 0.1])
    share = np.select([strata == "小额", strata == "中额"], [0.05, 0.1], 0.3)
    scale = np.select([strata == "小额", strata == "中额"], [60.0, 300.0], 1_500.0)
    found = (random.random(rows) < share) * np.round(random.lognormal(np.log(scale), 0.8) * 100)
    return strata, found


def test_the_lower_limit_lies_under_the_truth_in_at_least_95_of_100_audits() -> None:
    covered = 0
    for audit in range(1_000):
        strata, found = province(audit % 20)
        sample = draw(strata, 300, seed=audit, weights={"小额": 1, "中额": 4, "大额": 20})
        said = extrapolate(strata[sample.rows], found[sample.rows], sample.sizes)
        covered += said.lower <= found.sum()
    assert covered >= 950


def test_the_estimate_is_right_on_average() -> None:
    strata, found = province(7)
    samples = [draw(strata, 400, seed) for seed in range(300)]
    totals = [extrapolate(strata[one.rows], found[one.rows], one.sizes).total for one in samples]
    assert np.mean(totals) == pytest.approx(found.sum(), rel=0.05)


def test_who_looks_at_everything_knows_exactly() -> None:
    strata, found = province(3, rows=50)
    sample = draw(strata, 10_000, seed=1)
    said = extrapolate(strata[sample.rows], found[sample.rows], sample.sizes)
    assert (said.total, said.lower, said.standard_error) == (pytest.approx(found.sum()), pytest.approx(found.sum()), 0)


def test_the_seed_that_was_recorded_draws_the_same_rows_again() -> None:
    strata, _ = province(1)
    first = draw(strata, 200, seed=20261122)
    np.testing.assert_array_equal(first.rows, draw(strata, 200, first.seed).rows)
    assert not np.array_equal(first.rows, draw(strata, 200, seed=1).rows)


@given(st.lists(st.sampled_from("甲乙丙"), min_size=1, max_size=200), st.integers(1, 300), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_every_stratum_is_looked_at_and_no_row_twice(strata: list[str], size: int, seed: int) -> None:
    sample = draw(strata, size, seed)
    assert len(set(sample.rows.tolist())) == len(sample.rows) == sum(sample.drawn.values())
    assert all(sample.drawn[name] >= min(2, sample.sizes[name]) for name in set(strata))
    assert sum(sample.sizes.values()) == len(strata)


def test_a_stratum_that_was_hardly_looked_at_is_named() -> None:
    with pytest.raises(TooFewRows, match="大额"):
        extrapolate(["小额", "小额", "大额"], [0, 5, 9], {"小额": 10, "大额": 5})
    with pytest.raises(TooFewRows, match="nothing to draw"):
        draw([], 5, 1)
