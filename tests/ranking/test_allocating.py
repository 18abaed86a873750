"""What fits into the hours of a desk, and that nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from lianshen.ranking.allocating import Allocation, Waiting, allocate

TODAY = date(2026, 11, 23)
SOON = TODAY + timedelta(days=3)


def one(case_no: str, worth: int, minutes: int, *, days: int = 0, due: date | None = None) -> Waiting:
    since = TODAY - timedelta(days=days)
    return Waiting(case_no, worth, minutes, minutes, since, since, due)


def chosen(said: Allocation) -> dict[str, str]:
    return {listed.case_no: listed.chosen for listed in said.listed if listed.chosen}


def test_yuan_per_hour_decide_not_yuan() -> None:
    said = allocate(
        [one("long", 90_000, 180), one("short", 40_000, 30), one("quick", 10_000, 5)], 60, soon=SOON, oldest=0
    )
    assert [listed.case_no for listed in said.listed] == ["quick", "short", "long"]
    assert chosen(said) == {"quick": "best", "short": "best"}
    assert said.used == 35


def test_what_is_too_long_makes_room_for_what_still_fits() -> None:
    said = allocate([one("a", 50_000, 50), one("b", 40_000, 50), one("c", 1_000, 10)], 60, soon=SOON, oldest=0)
    assert chosen(said) == {"a": "best", "c": "best"}


def test_a_deadline_is_kept_also_where_the_hands_do_not_reach() -> None:
    late = [one(f"d{n}", 0, 60, due=TODAY + timedelta(days=n - 2)) for n in range(4)]
    said = allocate([one("rich", 10**9, 1), *late], 60, soon=SOON, oldest=0)
    assert [listed.case_no for listed in said.listed] == ["d0", "d1", "d2", "d3", "rich"]
    assert set(chosen(said).values()) == {"due"}
    assert said.used == 240


def test_a_case_that_is_worth_nothing_comes_up_when_it_waited_longest() -> None:
    worthless = one("nothing", 0, 30, days=20)
    rich = [one(f"r{n}", 10_000 + n, 30) for n in range(30)]
    assert "nothing" not in chosen(allocate([worthless, *rich], 600, soon=SOON, oldest=0))
    assert chosen(allocate([worthless, *rich], 600, soon=SOON, oldest=0.05))["nothing"] == "oldest"


cases = st.lists(
    st.tuples(st.integers(-10_000, 100_000), st.integers(1, 240), st.integers(0, 30), st.booleans()), max_size=12
)


def made(rows: list[tuple[int, int, int, bool]], *, due: bool) -> list[Waiting]:
    return [
        one(f"c{n:02}", worth, minutes, days=days, due=TODAY if is_due and due else None)
        for n, (worth, minutes, days, is_due) in enumerate(rows)
    ]


def test_models_get_no_more_than_their_share_and_a_ring_no_more_than_one_place() -> None:
    rich = [one(f"r{n}", 10_000 + n, 30) for n in range(30)]
    poor = [one(name, n, 30) for n, name in enumerate(("ring1", "ring2", "ring3", "stay", "doctor"))]
    turns = [[("ring1", "ring2", "ring3")], [("stay",), ("doctor",)]]

    def strange(share: float) -> set[str]:
        said = chosen(allocate([*rich, *poor], 600, soon=SOON, oldest=0, strangest=share, turns=turns))
        assert len(said) == 20
        return {case_no for case_no, why in said.items() if why == "strange"}

    assert strange(0.0) == set()
    assert strange(0.05) == {"ring1"}
    assert strange(0.10) == {"ring1", "stay"}
    assert strange(0.50) == {"ring1", "stay", "doctor"}, "what the share does not use goes to the best"


numbers = st.integers(0, 14).map(lambda n: f"c{n:02}")
said_by_models = st.lists(st.lists(st.lists(numbers, max_size=4, unique=True), max_size=4), max_size=3)


@given(cases, st.integers(0, 1_000), st.floats(0, 1), st.floats(0, 1), said_by_models)
@settings(max_examples=300, deadline=None)
def test_every_case_stands_in_the_list_exactly_once(
    rows: list[tuple[int, int, int, bool]], capacity: int, oldest: float, strangest: float, turns: list[list[list[str]]]
) -> None:
    waiting = made(rows, due=True)
    said = allocate(waiting, capacity, soon=SOON, oldest=oldest, strangest=strangest, turns=turns)
    assert sorted(listed.case_no for listed in said.listed) == sorted(case.case_no for case in waiting)
    assert [listed.place for listed in said.listed] == list(range(1, len(rows) + 1))
    ways = chosen(said)
    minutes = {case.case_no: case.here for case in waiting}
    assert said.used == sum(minutes[case_no] for case_no in ways)
    assert sum(minutes[case_no] for case_no, way in ways.items() if way != "due") <= max(
        0, capacity - sum(minutes[case_no] for case_no, way in ways.items() if way == "due")
    )
    # What waits would not fit any more.
    left = capacity - said.used
    assert all(minutes[listed.case_no] > left for listed in said.listed if not listed.chosen)
    assert said == allocate(waiting[::-1], capacity, soon=SOON, oldest=oldest, strangest=strangest, turns=turns)
    strange = {case_no for case_no, way in ways.items() if way == "strange"}
    assert sum(minutes[case_no] for case_no in strange) <= capacity * strangest
    assert len(strange) <= sum(len(queue) for queue in turns)


@given(cases, st.integers(0, 600))
@settings(max_examples=150, deadline=None)
def test_less_is_lost_against_the_best_choice_than_the_most_valuable_case(
    rows: list[tuple[int, int, int, bool]], capacity: int
) -> None:
    waiting = [case for case in made(rows, due=False) if case.worth > 0]
    said = chosen(allocate(waiting, capacity, soon=SOON, oldest=0))
    got = sum(case.worth for case in waiting if case.case_no in said)
    best = max(
        sum(case.worth for case in some)
        for number in range(len(waiting) + 1)
        for some in combinations(waiting, number)
        if sum(case.here for case in some) <= capacity
    )
    # Whole fen per hour order alike what differs by less.
    slack = sum(case.minutes for case in waiting) // 60 + 1
    assert best - got <= max((case.worth for case in waiting), default=0) + slack
