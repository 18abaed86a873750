"""What an order of settlements is worth: by hand where it is small, against scikit-learn where it is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from lianshen.anomaly.judging.evidence import Evidence
from lianshen.anomaly.judging.measures import at_capacity, average_precision, calibration, control_sample, rareness

SCORE = np.array([9.0, 8.0, 7.0, 6.0, 5.0])
POSITIVE = np.array([True, False, True, False, False])
FEN = np.array([10_000, 0, 2_500, 0, 0])


def test_the_first_three_of_five_hold_both_hits_and_all_their_money() -> None:
    found = at_capacity(SCORE, POSITIVE, FEN, 3)
    assert (found.hits, found.precision, found.captured_fen) == (2.0, pytest.approx(2 / 3), 12_500.0)
    assert found.recall(np.array([False, False, True, False, True])) == 0.5
    assert found.recall(np.zeros(5, dtype=bool)) is None
    assert found.found(POSITIVE, np.array([4, -1, 4, -1, -1])) == 1, "two settlements of one scheme"


def test_equal_scores_at_the_edge_share_what_is_left_of_the_capacity() -> None:
    # One place for four equals, of which two are hits: half a hit on the average.
    found = at_capacity(np.array([5.0, 1.0, 1.0, 1.0, 1.0]), np.array([False, True, True, False, False]), FEN, 2)
    assert found.hits == pytest.approx(0.5)
    assert found.taken.sum() == pytest.approx(2)


def test_more_hands_than_settlements_look_at_all() -> None:
    assert at_capacity(SCORE, POSITIVE, FEN, 50).looked_at == 5


@given(
    st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=60).filter(
        lambda rows: any(hit for _, hit in rows)
    )
)
def test_average_precision_is_that_of_scikit_learn(rows: list[tuple[int, bool]]) -> None:
    score, positive = np.array([float(one) for one, _ in rows]), np.array([hit for _, hit in rows])
    assert average_precision(score, positive) == pytest.approx(average_precision_score(positive, score))


def test_nothing_to_find_is_worth_nothing() -> None:
    assert average_precision(SCORE, np.zeros(5, dtype=bool)) == 0.0


def test_a_score_that_says_what_happens_is_calibrated_and_better_than_the_base_rate() -> None:
    rng = np.random.default_rng(3)
    score = rng.normal(size=20_000)
    happens = rng.random(20_000) < 1 / (1 + np.exp(-(2 * score - 3)))
    fit = calibration(score[:10_000], happens[:10_000], score[10_000:], happens[10_000:])
    assert fit is not None
    assert fit.error < 0.03
    assert fit.brier < 0.85 * fit.brier_of_base_rate


def test_without_anything_that_happened_there_is_no_calibration() -> None:
    assert calibration(SCORE, np.zeros(5, dtype=bool), SCORE, POSITIVE) is None


def test_how_rare_a_score_is_does_not_depend_on_its_scale() -> None:
    ranked = np.sort(SCORE)
    assert rareness(ranked, SCORE) == pytest.approx(rareness(np.sort(np.exp(SCORE)), np.exp(SCORE)))
    assert np.all(np.diff(rareness(ranked, np.sort(SCORE))) > 0)


def test_a_control_sample_takes_every_stratum_in_proportion_and_its_bounds_hold_the_truth() -> None:
    rng = np.random.default_rng(1)
    strata = np.array(["IPT"] * 2_000 + ["RX"] * 8_000, dtype=object)
    positive = rng.random(10_000) < 0.02
    held = 0
    for seed in range(200):
        sample = control_sample(strata, positive, 500, seed)
        assert sample.rows == 500
        held += sample.low <= positive.mean() <= sample.high
    assert held >= 180
    assert control_sample(strata, positive, 500, 7) == control_sample(strata, positive, 500, 7)


def test_the_surest_model_speaks_and_the_others_add_a_little() -> None:
    values = np.array([[4.0, 0.0], [3.0, 3.0], [0.0, 0.0]])
    assert Evidence(("A", "B"), values).combined() == pytest.approx([4.0, 3.75, 0.0])
    assert Evidence((), np.zeros((2, 0))).combined() == pytest.approx([0.0, 0.0])
