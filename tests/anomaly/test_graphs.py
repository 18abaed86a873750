"""Who met whom, parts and communities: against counting by hand, whatever the order of rows."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianshen.anomaly.graphs import co_occurrences, communities, components, meetings, numbered, ring_id, surprise

VISITS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 6), st.integers(0, 50)), min_size=1, max_size=40
)


def columns(visits: list[tuple[int, int, int, int]]) -> tuple[np.ndarray, ...]:
    """Return person, place, minute and day of visits (person, place, day, minute of the day)."""
    who, place, day, minute = (np.array(part, dtype=np.int64) for part in zip(*visits, strict=True))
    return who, place, day * 1440 + minute, day


@settings(deadline=None, max_examples=60)
@given(VISITS)
def test_meetings_are_those_that_looking_at_every_pair_finds(visits: list[tuple[int, int, int, int]]) -> None:
    who, place, when, _ = columns(visits)
    found = {frozenset(pair) for pair in zip(*(side.tolist() for side in meetings(who, place, when, 10)), strict=True)}
    by_hand = {
        frozenset((a, b))
        for a, b in combinations(range(len(visits)), 2)
        if who[a] != who[b] and place[a] == place[b] and abs(when[a] - when[b]) <= 10
    }
    assert found == by_hand


@settings(deadline=None, max_examples=60)
@given(VISITS)
def test_two_met_on_as_many_dates_as_the_one_who_came_less_often(visits: list[tuple[int, int, int, int]]) -> None:
    who, place, when, day = columns(visits)
    edges = co_occurrences(who, place, when, day, within=10, span=10_000)
    dates: dict[tuple[int, int], tuple[set[int], set[int]]] = {}
    been = Counter((one[0], one[1]) for one in {(w, p, d) for w, p, d, _ in visits})
    for a, b in zip(*(side.tolist() for side in meetings(who, place, when, 10)), strict=True):
        often = been[int(who[a]), int(place[a])] >= 2 <= been[int(who[b]), int(place[b])]
        if often:
            a, b = (a, b) if who[a] < who[b] else (b, a)
            seen = dates.setdefault((int(who[a]), int(who[b])), (set(), set()))
            seen[0].add(int(day[a]))
            seen[1].add(int(day[b]))
    by_hand = {pair: min(map(len, seen)) for pair, seen in dates.items() if min(map(len, seen)) >= 2}
    found = zip(edges.first.tolist(), edges.second.tolist(), edges.times.tolist(), strict=True)
    assert {(a, b): times for a, b, times in found} == by_hand


@settings(deadline=None, max_examples=60)
@given(VISITS, st.randoms())
def test_the_order_of_visits_does_not_matter(visits: list[tuple[int, int, int, int]], chance: object) -> None:
    mixed = list(visits)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    one = co_occurrences(*columns(visits), within=10, span=500)
    other = co_occurrences(*columns(mixed), within=10, span=500)
    for name in ("first", "second", "times", "expected"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()


def test_chance_is_the_product_of_visits_over_the_time_a_place_is_open() -> None:
    visits = [(0, 0, day, 5) for day in range(4)] + [(1, 0, day, 9) for day in range(3)]
    edges = co_occurrences(*columns(visits), within=10, span=4800)
    assert edges.times.tolist() == [3]
    assert edges.expected.tolist() == [pytest.approx(4 * 3 * 21 / 4800)]


def test_strangers_who_come_at_the_same_hour_on_one_date_have_not_met_twice() -> None:
    visits = [(person, 0, 1, person) for person in range(9)]
    assert len(co_occurrences(*columns(visits), within=10, span=4800)) == 0


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 60), st.floats(0.001, 30))
def test_surprise_is_the_tail_of_poisson(seen: int, mean: float) -> None:
    rest = 1 - math.fsum(math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(seen))
    if rest > 1e-9:
        assert surprise(np.array([seen]), np.array([mean]))[0] == pytest.approx(-math.log10(rest), abs=1e-4)


def test_surprise_keeps_growing_where_the_chance_is_below_what_a_number_can_hold() -> None:
    found = surprise(np.arange(0, 400), np.full(400, 0.01))
    assert found[0] == 0
    assert (np.diff(found) > 0).all()
    assert np.isfinite(found).all()
    assert found[300] > 1000


def test_two_dense_groups_with_one_bridge_are_two_communities_in_one_part() -> None:
    edges = [*combinations(range(5), 2), *combinations(range(5, 10), 2), (4, 5)]
    first, second = (np.array(side) for side in zip(*edges, strict=True))
    assert components(11, first, second).tolist() == [0] * 10 + [10]
    assert communities(11, first, second, np.ones(len(edges))).tolist() == [0] * 5 + [5] * 5 + [10]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30), st.randoms())
def test_communities_do_not_depend_on_the_order_of_edges_nor_on_other_parts(
    edges: list[tuple[int, int]], chance: object
) -> None:
    once = sorted({(min(edge), max(edge)) for edge in edges if edge[0] != edge[1]})
    mixed = list(once)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    elsewhere = [(a + 10, b + 10) for a, b in combinations(range(6), 2)]
    found = [grouped(some)[:10] for some in (once, mixed, [*elsewhere, *once])]
    assert found[0] == found[1] == found[2]


def grouped(edges: list[tuple[int, int]]) -> list[int]:
    first, second = (np.array(side, dtype=np.int64) for side in (zip(*edges, strict=True) if edges else ((), ())))
    return communities(20, first, second, np.ones(len(edges))).tolist()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_a_community_lies_within_a_connected_part(edges: list[tuple[int, int]]) -> None:
    once = sorted({(min(edge), max(edge)) for edge in edges if edge[0] != edge[1]})
    first, second = (np.array(side, dtype=np.int64) for side in (zip(*once, strict=True) if once else ((), ())))
    part = components(20, first, second)
    assert (part[communities(20, first, second, np.ones(len(once)))] == part).all()


def test_a_ring_has_one_id_in_whatever_order_its_members_come() -> None:
    assert ring_id("FR-02", ["b", "a", "b"]) == ring_id("FR-02", ["a", "b"])
    assert ring_id("FR-02", ["a", "b"]) != ring_id("FR-10", ["a", "b"])
    assert ring_id("FR-02", ["ab"]) != ring_id("FR-02", ["a", "b"])


def test_numbers_follow_the_names_and_nothing_is_minus_one() -> None:
    numbers, names = numbered(np.array(["b", None, "a", "b"], dtype=object))
    assert numbers.tolist() == [1, -1, 0, 1]
    assert names.tolist() == ["a", "b"]
