"""The parts of a fit, on rows small enough to check by hand."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianshen.anomaly.encode import MOST_CODES, encode, learn_codes
from lianshen.anomaly.features import Frame
from lianshen.anomaly.groups import EVERYTHING, look_up
from lianshen.anomaly.peers import SMALLEST_MAD, learn_peers
from lianshen.anomaly.reasons import explain, learn_shares
from lianshen.anomaly.spec import AnomalyModel, Category, Thresholds
from lianshen.findings import Level


def _never(seed: int, quantile: float, categorical: tuple[int, ...]) -> Any:
    raise AssertionError("these tests fit nothing")


SETTLEMENT: Level = "settlement"
MODEL = AnomalyModel(
    id="TT-01",
    version=1,
    title="Toy",
    title_zh="玩具",
    about="Toy.",
    about_zh="玩具。",
    features=("toy",),
    population="toy WHERE TRUE",
    date="day",
    categorical=("kind", "grade"),
    numeric=("age",),
    target="log_cost",
    actual="cost_fen",
    quantiles=(0.05, 0.5, 0.95),
    build=_never,
    categories=(
        Category("drug", "drugs", "药"),
        Category("test", "tests", "检"),
        Category("part", "part", "材", False),
    ),
    peers=(("kind", "grade"), ("grade",)),
    shares=(("kind",),),
    segment="grade",
    certainty="suspicious",
    level=SETTLEMENT,
    basis=("T38(2)",),
    handler=("H2",),
    sentence_zh="",
    facts={},
    not_a_finding_when=("…",),
    reviewer_checks=("…",),
    blind_spots=("…",),
    thresholds=Thresholds(min_peers=3, prior_stays=1.0, min_category_rows=2),
)

NO_BANDS = {category.name: {EVERYTHING: (1.0, 0.0, 0.0)} for category in MODEL.categories}


def frame_of(**columns: list[Any]) -> Frame:
    """Return a frame; texts may be None."""
    texts = ("kind", "grade")
    arrays = {name: np.array(values, dtype=object if name in texts else None) for name, values in columns.items()}
    rows = len(next(iter(columns.values())))
    arrays.setdefault("grade", np.full(rows, None, dtype=object))
    return Frame(np.array([f"k{row}" for row in range(rows)], dtype=object), arrays)


def amounts(drug: list[int], test: list[int], part: list[int], kind: str = "a") -> Frame:
    cost = [sum(values) for values in zip(drug, test, part, strict=True)]
    return frame_of(kind=[kind] * len(drug), drug_fen=drug, test_fen=test, part_fen=part, cost_fen=cost)


def test_a_code_that_is_rare_missing_or_unknown_is_a_missing_number() -> None:
    learned = learn_codes(MODEL, frame_of(kind=["b", "b", "a", "a", "c"], grade=["x", None, "x", None, None]))
    assert learned == {"kind": ("a", "b"), "grade": ("x",)}
    matrix = encode(MODEL, frame_of(kind=["b", "c", None], grade=["x", "y", "x"], age=[1.0, 2.0, np.nan]), learned)
    assert np.array_equal(matrix, [[1, 0, 1], [np.nan, np.nan, 2], [np.nan, 0, np.nan]], equal_nan=True)


def test_when_there_are_more_codes_than_a_tree_can_hold_the_commonest_stay() -> None:
    codes = [f"c{number:03d}" for number in range(300)] * 2 + ["c299"] * 5
    learned = learn_codes(MODEL, frame_of(kind=codes, grade=["x"] * len(codes)))
    assert len(learned["kind"]) == MOST_CODES
    assert "c299" in learned["kind"]
    assert "c254" not in learned["kind"]


def test_a_group_with_too_few_rows_or_without_a_value_falls_back_to_the_next_wider_one() -> None:
    rows = frame_of(kind=["a", "a", "a", "b", None], grade=["x", "x", "x", "x", "y"])
    residual = np.array([1.0, 2.0, 4.0, 8.0, 100.0])
    peers = learn_peers(MODEL, rows, residual)
    assert peers == {
        "kind=a, grade=x": (3.0, 2.0, 1.0),
        "grade=x": (4.0, 3.0, 1.5),
        EVERYTHING: (5.0, 4.0, 3.0),
    }
    named, statistics = look_up(rows, MODEL.peers, peers)
    assert list(named) == ["kind=a, grade=x"] * 3 + ["grade=x", EVERYTHING]
    assert statistics[3].tolist() == [4.0, 3.0, 1.5]


def test_a_group_whose_costs_are_all_the_same_does_not_divide_by_nothing() -> None:
    rows = frame_of(kind=["a"] * 3, grade=["x"] * 3)
    assert learn_peers(MODEL, rows, np.zeros(3))["kind=a, grade=x"] == (3.0, 0.0, SMALLEST_MAD)


def test_a_small_group_is_drawn_towards_the_wider_one() -> None:
    shares = learn_shares(MODEL, frame_of(kind=["a", "b"], drug_fen=[100, 0], test_fen=[0, 100], part_fen=[0, 0]))
    assert shares[EVERYTHING] == pytest.approx((0.5, 0.5, 0.0))
    assert shares["kind=a"] == pytest.approx((0.75, 0.25, 0.0))


def test_two_driving_categories_are_enough_and_one_only_when_it_may_stand_alone() -> None:
    shares = {EVERYTHING: (0.4, 0.4, 0.2)}
    rows = amounts(drug=[400, 4000, 9000, 400, 420], test=[400, 4000, 400, 400, 400], part=[200, 200, 200, 9000, 200])
    reasons = explain(MODEL, rows, shares, NO_BANDS, np.array([1000] * 5))
    assert reasons.expected.tolist() == [[400, 400, 200]] * 5
    assert reasons.is_driver.tolist() == [
        [False, False, False],
        [True, True, False],
        [True, False, False],
        [False, False, True],
        [False, False, False],
    ]
    assert reasons.suffices.tolist() == [False, True, True, False, False]
    assert reasons.order[:, 0].tolist() == [0, 0, 0, 2, 0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=20),
    st.lists(st.integers(1, 10**10), min_size=20, max_size=20),
)
def test_the_expected_amounts_of_the_categories_add_up_to_the_expected_cost(
    rows: list[tuple[int, int, int]], costs: list[int]
) -> None:
    frame, expected = amounts(*(list(column) for column in zip(*rows, strict=True))), np.array(costs[: len(rows)])
    reasons = explain(MODEL, frame, learn_shares(MODEL, frame), NO_BANDS, expected)
    assert (np.abs(expected - reasons.expected.sum(axis=1)) <= 2).all(), "half a fen of rounding in each category"
    below = frame["cost_fen"] <= expected
    assert not reasons.is_driver[below].any(), "a stay that is not dear has nothing that drives it"


def test_where_every_category_grew_alike_none_of_them_drives() -> None:
    rows, shares = amounts([4000, 4000], [4000, 4000], [2000, 100]), {EVERYTHING: (0.4, 0.4, 0.2)}
    reasons = explain(MODEL, rows, shares, NO_BANDS, np.array([1000, 1000]))
    assert reasons.suffices.tolist() == [False, True], "ten times as much in the same parts, then in other parts"


def test_thresholds_decide_what_drives() -> None:
    strict = replace(MODEL, thresholds=replace(MODEL.thresholds, driver_ratio=20.0))
    rows, shares = amounts([4000], [4000], [200]), {EVERYTHING: (0.4, 0.4, 0.2)}
    assert not explain(strict, rows, shares, NO_BANDS, np.array([1000])).suffices[0]


def test_importing_the_package_loads_neither_scikit_learn_nor_skops() -> None:
    code = "import sys, lianshen.anomaly, lianshen_models.commands, lianshen_models.catalogue; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "lianshen.anomaly.store" in loaded
    assert not {"sklearn", "skops", "threadpoolctl", "scipy"} & set(loaded)
