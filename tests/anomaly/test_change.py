"""A month is a change only against enough history, and a shift only against peers."""

from __future__ import annotations

import numpy as np
import pytest

from lianshen.anomaly.change import difference_in_differences, jumps


def test_half_as_much_again_and_three_mads_above_the_mean_make_a_jump() -> None:
    history = np.array([[10, 11, 9, 10, 12, 8, 10]] * 3, dtype=float)
    found = jumps(history, np.array([16.0, 14.9, 10.0]))
    assert found.is_jump.tolist() == [True, False, False]
    assert found.expected.tolist() == [10, 10, 10]
    assert found.limit[0] == 15


def test_a_restless_institution_needs_more() -> None:
    history = np.array([[2, 20, 4, 18, 6, 16, 10]], dtype=float)
    assert not jumps(history, np.array([17.0])).is_jump[0]


def test_five_months_are_no_history() -> None:
    history = np.array([[10, 10, 10, 10, 10, np.nan, np.nan]], dtype=float)
    found = jumps(history, np.array([100.0]))
    assert not found.is_jump[0]
    assert np.isnan(found.expected[0])
    assert found.months[0] == 5


def test_what_all_peers_did_is_no_shift_of_one() -> None:
    peers = np.random.default_rng(1).normal(0.1, 0.01, 30)
    same = difference_in_differences((0.2, 500), (0.3, 500), peers)
    more = difference_in_differences((0.2, 500), (0.5, 500), peers)
    assert same is not None
    assert more is not None
    low, high = same.interval()
    assert low < 0 < high
    assert more.interval()[0] > 0
    assert more.effect == pytest.approx(0.2, abs=0.01)


def test_without_peers_or_cases_nothing_is_said() -> None:
    assert difference_in_differences((0.2, 500), (0.5, 500), np.array([0.1, 0.1])) is None
    assert difference_in_differences((0.2, 0), (0.5, 500), np.zeros(20)) is None


def test_the_interval_holds_what_it_promises() -> None:
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(400):
        own, *peers = (
            (rng.binomial(300, 0.3 + drift) - rng.binomial(300, 0.3)) / 300 for drift in rng.normal(0.02, 0.02, 25)
        )
        found = difference_in_differences((0.3, 300), (0.3 + own, 300), np.array(peers))
        assert found is not None
        low, high = found.interval()
        held += low <= 0 <= high
    assert held >= 0.94 * 400
