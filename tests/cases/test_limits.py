"""Limits for rates: the funnel of peers and the chart of months."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianshen.cases.limits import Rate, funnel, month_chart, winsorised

RATES = st.lists(st.builds(Rate, st.integers(0, 300), st.integers(0, 200)), max_size=40)


def test_twelve_alike_and_one_far_above() -> None:
    alike = [Rate(10 + n % 3, 200) for n in range(12)]
    found = funnel([*alike, Rate(60, 200)])
    assert [found.place(rate) for rate in alike] == [0] * 12
    assert found.place(Rate(60, 200)) == 2
    assert found.dispersion >= 1


def test_peers_that_differ_widely_need_wider_limits_and_the_outlier_does_not_widen_them_alone() -> None:
    spread = funnel([Rate(n, 200) for n in range(5, 65, 5)])
    assert spread.dispersion > 4
    calm = funnel([*[Rate(20, 200)] * 19, Rate(199, 200)])
    assert calm.dispersion < 12
    assert calm.place(Rate(199, 200)) == 2


def test_a_smaller_institution_has_wider_limits() -> None:
    found = funnel([Rate(10, 100)] * 10)
    small, large = found.limits(20, 1.96), found.limits(2_000, 1.96)
    assert small[0] <= large[0] < 0.1 < large[1] < small[1]


def test_nothing_to_compare_says_nothing() -> None:
    assert funnel([]).peers == 0
    assert funnel([Rate(3, 0)]).place(Rate(3, 0)) == 0
    assert month_chart([]) == (0.0, [])


def test_the_month_that_leaves_the_others_is_marked() -> None:
    centre, months = month_chart([*[(f"2026-{n:02d}", Rate(5, 100)) for n in range(1, 12)], ("2026-12", Rate(30, 100))])
    assert centre == pytest.approx(85 / 1200)
    assert [month.month for month in months if month.is_beyond] == ["2026-12"]


def test_months_of_about_one_size_have_one_band_and_a_small_one_its_own() -> None:
    sizes = [100, 90, 110, 95, 105, 100, 100, 100, 100, 40]
    centre, months = month_chart([(f"2026-{n:02d}", Rate(10, size)) for n, size in enumerate(sizes, 1)])
    bands = {(month.low, month.high) for month in months[:9]}
    assert len(bands) == 1
    assert months[9].high - months[9].low > months[0].high - months[0].low
    assert all(month.low <= centre <= month.high for month in months)


@given(RATES)
def test_limits_stay_shares_and_hold_the_target(rates: list[Rate]) -> None:
    found = funnel(rates)
    assert 0 <= found.target <= 1
    assert found.dispersion >= 1
    for size in (1, 20, 10_000):
        inner, outer = found.limits(size, 1.96), found.limits(size, 3.09)
        assert 0 <= outer[0] <= inner[0] <= found.target <= inner[1] <= outer[1] <= 1


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=60))
def test_winsorising_moves_only_the_ends(values: list[float]) -> None:
    after = winsorised(values)
    assert len(after) == len(values)
    assert min(values) <= after[0] <= after[-1] <= max(values)
