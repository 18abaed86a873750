"""Rings as judgements: words for small numbers, and the order in which members make cases."""

from __future__ import annotations

import numpy as np
import pytest

from lianshen.anomaly.rings import about, by_person, rarer_than


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "0.0"), (0.04, "不到0.1"), (0.05, "0.1"), (3.14, "3.1"), (1e-9, "不到0.1")]
)
def test_a_number_that_would_round_to_nothing_is_said_to_be_less(value: float, said: str) -> None:
    assert about(value) == said


def test_shares_are_said_in_percent() -> None:
    assert about(0.0043, 2, percent=True) == "0.43%"
    assert about(0.00001, 2, percent=True) == "不到0.01%"


@pytest.mark.parametrize(
    ("score", "said"), [(1.2, "十分之一"), (4.0, "万分之一"), (7.9, "百万分之一"), (40, "万亿分之一")]
)
def test_a_chance_is_said_in_words_that_it_is_below(score: float, said: str) -> None:
    assert rarer_than(score) == said


def test_a_persons_settlements_lie_together_and_each_comes_once() -> None:
    settlement = np.array(["S1", "S2", "S3", "S3", "S4"], dtype=object)
    person = np.array(["A", "B", "A", "A", "C"], dtype=object)
    assert by_person(settlement, person, np.array([10, 50, 20, 30, 55])) == ("S3", "S1", "S4", "S2")
