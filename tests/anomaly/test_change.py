"""A month is a change only against enough history, and a shift only against peers."""

from __future__ import annotations

import numpy as np
import pytest

from lianshen.anomaly.change import Shift, difference_in_differences, jumps


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


def _shift(before: tuple[float, float], after: tuple[float, float], peers: np.ndarray) -> Shift:
    usual = float(np.median(peers))
    mad = float(np.median(np.abs(peers - usual)))
    one = [np.array([value]) for value in (*before, *after, usual, mad, len(peers))]
    return difference_in_differences((one[0], one[1]), (one[2], one[3]), one[4], one[5], one[6])


def test_what_all_peers_did_is_no_shift_of_one() -> None:
    peers = np.random.default_rng(1).normal(0.1, 0.01, 30)
    same = _shift((0.2, 0.01), (0.3, 0.01), peers)
    more = _shift((0.2, 0.01), (0.5, 0.01), peers)
    low, high = same.interval()
    assert low[0] < 0 < high[0]
    assert more.interval()[0][0] > 0
    assert more.z[0] > 5
    assert more.effect[0] == pytest.approx(0.2, abs=0.01)


def test_without_peers_or_bills_before_nothing_is_said() -> None:
    assert np.isnan(_shift((0.2, 0.01), (0.5, 0.01), np.array([0.1, 0.1])).effect[0])
    assert np.isnan(_shift((np.nan, np.nan), (0.5, 0.01), np.zeros(20)).z[0])


def test_the_interval_holds_what_it_promises() -> None:
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(400):
        own, *peers = rng.normal(0.02, 0.02, 25) + rng.normal(0, 0.03, 25)
        low, high = _shift((0.3, 0.02), (0.3 + own, 0.0224), np.array(peers)).interval()
        held += bool(low[0] <= 0 <= high[0])
    assert held >= 0.94 * 400
