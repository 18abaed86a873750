"""Shrinkage of small counts: between the raw rate and the common one, and in the order of the counts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianshen.cases.errors import Refused
from lianshen.cases.reports.measures import MEASURES, Counted, assess
from lianshen.cases.reports.periods import month, quarter, quarter_of
from lianshen.cases.reports.shrinkage import LEAST, MOST, Prior, fit_prior, standings

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
priors = st.builds(Prior, st.floats(0.01, 0.99), st.floats(LEAST, MOST))


def test_two_of_two_do_not_stand_above_ninety_eight_of_a_hundred() -> None:
    successes, trials = [2, 98, 60, 45, 20], [2, 100, 100, 100, 40]
    _, found, _ = standings(successes, trials)
    assert found[0].raw == 1.0
    assert found[1].raw == 0.98
    assert found[0].shrunk < found[1].shrunk
    assert found[1].rank == 1
    small, large = found[0], found[1]
    assert small.rank_low is not None
    assert small.rank_high is not None
    assert large.rank_low is not None
    assert large.rank_high is not None
    assert small.rank_high - small.rank_low > large.rank_high - large.rank_low


@given(priors, counts)
def test_a_shrunk_rate_lies_between_the_raw_one_and_the_mean(prior: Prior, count: tuple[int, int]) -> None:
    k, n = count
    low, high = sorted((k / n, prior.mean))
    assert low - 1e-12 <= prior.shrink(k, n) <= high + 1e-12


@given(priors, counts, st.integers(1, 50))
def test_more_successes_never_lower_it_and_more_cases_bring_it_nearer_to_the_raw_rate(
    prior: Prior, count: tuple[int, int], more: int
) -> None:
    k, n = count
    assert prior.shrink(k, n) <= prior.shrink(min(n, k + more), n)
    assert abs(prior.shrink(k * more, n * more) - k / n) <= abs(prior.shrink(k, n) - k / n) + 1e-12


@given(st.lists(counts, min_size=1, max_size=22))
def test_whatever_was_counted_gives_rates_intervals_and_a_whole_order(some: list[tuple[int, int]]) -> None:
    successes, trials = [k for k, _ in some], [n for _, n in some]
    prior, found, _ = standings(successes, trials)
    assert 0 < prior.mean < 1
    assert LEAST <= prior.strength <= MOST
    assert sorted(one.rank or 0 for one in found) == list(range(1, len(some) + 1))
    for one in found:
        assert 0 <= one.low <= one.high <= 1
        assert one.rank_low is not None
        assert one.rank_high is not None
        assert 1 <= one.rank_low <= one.rank_high <= len(some)


def test_agencies_that_differ_much_are_shrunk_less_than_those_that_do_not() -> None:
    apart = fit_prior([95, 5, 90, 10], [100] * 4)
    alike = fit_prior([50, 51, 49, 50], [100] * 4)
    assert apart.strength < 10 < alike.strength


def test_counts_that_say_nothing_of_differences_are_worth_a_typical_agency() -> None:
    assert fit_prior([], []).strength == pytest.approx(1.0)
    assert 5 < fit_prior([10], [20]).strength < 80


def test_who_has_no_case_in_a_measure_is_not_ranked_in_it() -> None:
    _, found, _ = standings([3, 0, 5], [4, 0, 9])
    assert (found[1].raw, found[1].rank, found[1].rank_low) == (None, None, None)
    assert sorted(one.rank for one in found if one.rank is not None) == [1, 2]


def test_where_less_is_better_the_lowest_rate_comes_first() -> None:
    _, found, _ = standings([1, 60], [100, 100], higher_is_better=False)
    assert [one.rank for one in found] == [1, 2]


def test_an_assessment_ranks_all_five_measures_and_the_same_counts_give_the_same_ranks() -> None:
    agencies = ["510100", "510700", "513200"]
    counted = {
        key: {"510100": Counted(90, 100), "510700": Counted(40, 100)} if measure.higher_is_better
        else {"510100": Counted(2, 100), "510700": Counted(30, 100)}
        for key, measure in MEASURES.items()
    }  # fmt: skip
    one = assess(quarter("2026Q4"), date(2026, 12, 1), agencies, counted)
    assert (one.overall["510100"].rank, one.overall["510700"].rank, one.overall["513200"].rank) == (1, 2, None)
    assert one == assess(quarter("2026Q4"), date(2026, 12, 1), agencies, counted)
    assert one.is_provisional
    assert list(one.only("510700").overall) == ["510700"]
    assert one.only("510700").overall["510700"].rank == 2


def test_periods_are_whole_months_in_shanghai() -> None:
    last = quarter("2026Q4")
    assert (last.first, last.last, last.name, last.previous.key) == (
        date(2026, 10, 1), date(2026, 12, 31), "2026年第四季度", "2026Q3",
    )  # fmt: skip
    assert last.begins.isoformat() == "2026-09-30T16:00:00+00:00"
    assert month("2026-01").previous.key == "2025-12"
    assert quarter_of(date(2026, 2, 28)).key == "2026Q1"
    for read, text in ((month, "2026-13"), (month, "2026"), (quarter, "2026Q5"), (quarter, "")):
        with pytest.raises(Refused, match="无效"):
            read(text)
