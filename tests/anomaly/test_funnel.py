"""A funnel that allows for over-dispersion raises the false alarms that it promises; one that does not raises many."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianshen.anomaly.funnel import (
    Funnel,
    between_variance,
    drawn,
    learn_funnel,
    weighted_median,
    winsorise,
    winsorised_square,
)


def _units(rng: np.random.Generator, many: int, between: float) -> tuple[np.ndarray, np.ndarray]:
    s = rng.uniform(0.05, 0.3, many)
    return rng.normal(0.1, np.sqrt(s**2 + between)), s


@pytest.mark.parametrize("between", [0.0, 0.01, 0.09])
def test_false_alarms_under_overdispersion_are_what_the_funnel_promises(between: float) -> None:
    rng = np.random.default_rng(1)
    alarms = []
    for _ in range(60):
        y, s = _units(rng, 150, between)
        alarms.append(np.mean(np.abs(learn_funnel(y, s).z(y, s)) > 1.96))
    assert 0.035 < np.mean(alarms) < 0.065


def test_a_funnel_of_chance_alone_names_a_large_part_of_a_province() -> None:
    y, s = _units(np.random.default_rng(2), 2000, 0.09)
    assert np.mean(np.abs((y - 0.1) / s) > 1.96) > 0.3
    drawn_in = winsorise((y - 0.1) / s)
    assert np.mean(drawn_in**2) / winsorised_square() > 3, "three times what chance gives"


def test_strange_units_hardly_widen_the_funnel_that_is_to_find_them() -> None:
    rng = np.random.default_rng(3)
    y, s = _units(rng, 200, 0.01)
    clean = learn_funnel(y, s)
    y[:10] += 2.0
    spoilt = learn_funnel(y, s)
    assert clean.between < 0.01
    assert spoilt.between < 0.02, "a tenth of what the ten would make of it"
    assert (spoilt.z(y, s)[:10] > 5).all()


def test_the_variance_between_units_is_found_again() -> None:
    rng = np.random.default_rng(4)
    found = []
    for _ in range(50):
        y, s = _units(rng, 200, 0.04)
        found.append(between_variance(y, s, 0.1))
    assert np.mean(found) == pytest.approx(0.04, rel=0.1)


def test_winsorised_chance_has_the_mean_square_that_is_reckoned_with() -> None:
    z = np.random.default_rng(5).normal(size=200_000)
    assert np.mean(np.square(winsorise(z))) == pytest.approx(winsorised_square(), rel=0.01)
    assert winsorised_square(0) == 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-5, 5), min_size=1, max_size=40),
    st.floats(0.01, 2),
    st.floats(0, 50),
)
def test_a_group_lies_between_itself_and_the_wider_one(values: list[float], error: float, prior: float) -> None:
    y = np.array(values)
    own = learn_funnel(y, np.full(len(y), error))
    wider = Funnel(500, 0.3, 0.2)
    pooled = drawn(own, wider, prior)
    assert own.between >= 0
    assert min(own.centre, 0.3) - 1e-9 <= pooled.centre <= max(own.centre, 0.3) + 1e-9
    assert min(own.between, 0.2) - 1e-9 <= pooled.between <= max(own.between, 0.2) + 1e-9


def test_half_of_the_weight_lies_on_either_side_of_the_median() -> None:
    assert weighted_median(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 1.0])) == 2
    assert weighted_median(np.array([3.0, 1.0, 2.0]), np.array([9.0, 1.0, 1.0])) == 3


def test_the_limit_is_wider_where_there_are_few_cases() -> None:
    limits = Funnel(30, 0.0, 0.01).limit(np.array([0.01, 0.5]), 3)
    assert limits[0] == pytest.approx(3 * np.sqrt(0.0101))
    assert limits[1] > 1.5
