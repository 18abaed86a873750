"""What is drawn, and how often what is said of all from it is true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianshen.ranking.estimating import Looked, Share, bounds, estimate_blind, recall_of, share_of
from lianshen.ranking.sampling import counted, draw_systematic, is_drawn, seed_of, task_no

SIZES = {"510100|TERTIARY|IPT": 9_000, "510100|SECONDARY|IPT": 4_000, "510700|TERTIARY|IPT": 2_500,
         "510700|PRIMARY|OTP": 400, "519900|UNGRADED|RX": 7}  # fmt: skip
RATES = (0.02, 0.05, 0.01, 0.10, 0.0)


def province(seed: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the strata of all settlements without finding, which of them hold a fault, and how much of it is fund."""
    random = np.random.default_rng(seed)
    strata = [name for name, size in SIZES.items() for _ in range(size)]
    holds = np.concatenate([random.random(size) < rate for size, rate in zip(SIZES.values(), RATES, strict=True)])
    amounts = np.where(holds, np.round(random.lognormal(9.5, 1.0, len(holds))), 0).astype(np.int64)
    return strata, holds, amounts


def looked_at(strata: list[str], holds: np.ndarray, amounts: np.ndarray, share: float, seed: int) -> list[Looked]:
    rows = draw_systematic(strata, share, seed)
    return [Looked(strata[row], bool(holds[row]), int(amounts[row])) for row in rows]


def test_the_base_rate_is_right_on_average_and_its_bounds_hold_in_95_of_100_samples() -> None:
    strata, holds, amounts = province(1)
    said = [estimate_blind(looked_at(strata, holds, amounts, 0.02, seed), SIZES) for seed in range(2_000)]
    truth = holds.mean()
    assert np.mean([one.rate.share for one in said if one]) == pytest.approx(truth, rel=0.05)
    assert sum(one.rate.lower <= truth for one in said if one) >= 1_900
    assert sum(one.rate.upper >= truth for one in said if one) >= 1_900


def test_what_is_overlooked_lies_above_the_lower_bound_in_95_of_100_samples() -> None:
    covered, missing = 0, 0
    for seed in range(1_000):
        strata, holds, amounts = province(seed % 10)
        said = estimate_blind(looked_at(strata, holds, amounts, 0.02, seed), SIZES)
        if said is None or said.missed is None:
            missing += 1
        else:
            covered += said.missed.lower <= amounts.sum()
    assert missing == 0
    assert covered >= 950


def test_bounds_of_recall_hold_the_truth() -> None:
    random, covered = np.random.default_rng(3), 0
    strata, holds, amounts = province(3)
    found, upheld = 600, 0.7
    truth = found * upheld / (found * upheld + holds.sum())
    for seed in range(400):
        said = estimate_blind(looked_at(strata, holds, amounts, 0.02, seed), SIZES)
        assert said is not None
        recall = recall_of(found, share_of(int(random.binomial(120, upheld)), 120), said.rate)
        assert recall.lower <= recall.recall <= recall.upper
        covered += recall.lower <= truth <= recall.upper
    assert covered >= 0.9 * 400


def test_nothing_found_still_has_an_upper_bound() -> None:
    said = estimate_blind([Looked("510100|TERTIARY|IPT", holds=False, amount=0)] * 60, {"510100|TERTIARY|IPT": 60_000})
    assert said is not None
    assert (said.rate.share, said.rate.lower) == (0.0, 0.0)
    # The rule of three.
    assert said.rate.upper == pytest.approx(3 / 60, rel=0.05)


def test_nothing_answered_says_nothing() -> None:
    assert estimate_blind([], SIZES) is None


def test_strata_are_merged_until_each_was_looked_at_twice() -> None:
    fine = [Looked(name, holds=False, amount=0) for name in SIZES for _ in range(2)]
    assert (estimate_blind(fine, SIZES) or pytest.fail("no answer")).by == "agency|level|care"
    assert (estimate_blind(fine[:-2], SIZES) or pytest.fail("no answer")).by == "all"
    one = estimate_blind(fine[:1], SIZES)
    assert one is not None
    assert one.missed is None


def test_every_settlement_has_the_same_chance_and_every_stratum_its_proportion() -> None:
    strata, *_ = province(1)
    hits = np.zeros(len(strata))
    for seed in range(400):
        rows = draw_systematic(strata, 0.01, seed)
        hits[rows] += 1
        by = counted([strata[row] for row in rows])
        assert all(abs(by.get(name, 0) - 0.01 * size) <= 1 for name, size in SIZES.items())
    small = np.array(strata) == "519900|UNGRADED|RX"
    assert hits.mean() / 400 == pytest.approx(0.01, rel=0.01)
    assert hits[~small].std() < 2.5
    assert hits[small].mean() / 400 == pytest.approx(0.01, abs=0.008)


@given(
    st.lists(st.sampled_from(["a|b|c", "a|b|d", "e|f|g"]), max_size=300),
    st.floats(0, 1), st.integers(0, 2**55),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_a_draw_has_no_row_twice_and_the_size_that_was_asked_for(strata: list[str], share: float, seed: int) -> None:
    rows = draw_systematic(strata, share, seed)
    assert len(set(rows.tolist())) == len(rows)
    assert abs(len(rows) - share * len(strata)) <= 1
    np.testing.assert_array_equal(rows, draw_systematic(strata, share, seed))


@given(st.floats(0, 1), st.integers(1, 5_000))
@settings(max_examples=200, deadline=None)
def test_bounds_lie_around_the_share(share: float, seen: int) -> None:
    lower, upper = bounds(share, seen)
    assert 0 <= lower <= share + 1e-9
    assert share - 1e-9 <= upper <= 1


def test_a_coin_of_five_in_a_hundred_falls_as_often() -> None:
    drawn = sum(is_drawn(0.05, 7, "second", f"SC{number}") for number in range(20_000))
    assert drawn == pytest.approx(1_000, rel=0.1)
    assert not is_drawn(0.0, 7, "x")
    assert is_drawn(1.0, 7, "x")


def test_the_number_of_a_task_does_not_tell_its_kind() -> None:
    numbers = {task_no("2026-11-20", 7, f"S{n}") for n in range(500)} | {
        task_no("2026-11-20", 7, f"SC{n}", "t") for n in range(500)
    }
    assert len(numbers) == 1_000
    assert {len(number) for number in numbers} == {19}
    assert seed_of(1, "a") != seed_of(2, "a")


def test_recall_of_nothing_is_nothing() -> None:
    assert recall_of(0, Share(0, 0, 0, 0, 0), Share(0, 0, 0, 0, 0)).recall == 0
