"""What comes in is held against what was fitted on: quiet where nothing moved, loud where something did."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianshen.anomaly.drift import baseline_of_frames, count, has_distribution, learn_bins, psi, word_zh
from lianshen.anomaly.features import Frame
from lianshen.anomaly.watching import measure_period, wilson


def codes(rng: np.random.Generator, rows: int, weights: list[float]) -> np.ndarray[Any, Any]:
    chosen = rng.choice(["J18", "I63", "E11"], rows, p=weights).astype(object)
    chosen[rng.random(rows) < 0.05] = None
    return chosen


def test_the_same_distribution_is_stable_and_its_index_lies_within_chance() -> None:
    rng = np.random.default_rng(1)
    beyond = 0
    for _ in range(200):
        bins = learn_bins(rng.normal(size=2000))
        index, noise = psi(bins, rng.normal(size=500))
        beyond += index > noise
        assert word_zh(index, noise) == "稳定"
    assert 1 <= beyond <= 25, "about one in twenty lies beyond its 95 % point"


def test_a_number_that_moved_is_named_by_how_far() -> None:
    rng = np.random.default_rng(2)
    bins = learn_bins(rng.normal(size=5000))
    words = [word_zh(*psi(bins, rng.normal(shift, 1, 2000))) for shift in (0.0, 0.4, 1.0)]
    assert words == ["稳定", "有变化，留意", "明显变化"]


def test_a_few_rows_prove_nothing() -> None:
    rng = np.random.default_rng(3)
    index, noise = psi(learn_bins(rng.normal(size=5000)), rng.normal(size=12))
    assert index > 0.1
    assert word_zh(index, noise) == "稳定"


def test_codes_move_by_their_shares_by_new_codes_and_by_what_is_missing() -> None:
    rng = np.random.default_rng(4)
    usual = [0.5, 0.3, 0.2]
    bins = learn_bins(codes(rng, 4000, usual))
    assert bins["codes"] == ["E11", "I63", "J18"]
    assert psi(bins, codes(rng, 1000, usual))[0] < 0.05
    assert psi(bins, codes(rng, 1000, [0.2, 0.3, 0.5]))[0] > 0.25
    fresh = codes(rng, 1000, usual)
    fresh[:300] = "U07"
    assert psi(bins, fresh)[0] > 0.25
    gone = codes(rng, 1000, usual)
    gone[:400] = None
    assert psi(bins, gone)[0] > 0.25


def test_one_value_alone_and_nothing_at_all_are_stable() -> None:
    bins = learn_bins(np.full(50, 3.0))
    assert psi(bins, np.full(20, 3.0))[0] < 0.01
    assert psi(bins, np.empty(0)) == (0.0, 0.0)
    empty = learn_bins(np.array([np.nan, np.nan]))
    assert psi(empty, np.array([np.nan])) == (0.0, 0.0)


@given(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=60))
def test_every_row_falls_into_one_bin_and_the_index_is_never_negative(values: list[float]) -> None:
    column = np.array(values)
    bins = learn_bins(column)
    assert sum(bins["counts"]) == count(bins, column[::-1]).sum() == len(values)
    assert psi(bins, column)[0] == pytest.approx(0.0, abs=1e-12)
    assert psi(bins, column * 3 + 1)[0] >= -1e-12


def test_ids_names_dates_and_lists_have_no_distribution() -> None:
    rows = 400
    columns = {
        "subject_id": np.array([f"H{n}" for n in range(rows)], dtype=object),
        "cost": np.arange(rows, dtype=float),
        "level": np.array(["TERTIARY", "PRIMARY"] * (rows // 2), dtype=object),
        "name_zh": np.array([f"医院{n}" for n in range(rows)], dtype=object),
        "day": np.full(rows, np.datetime64("2026-11-01")),
        "ids": np.array([["a"]] * rows + [None], dtype=object)[:-1],
    }
    assert [name for name, values in columns.items() if has_distribution(values)] == ["cost", "level"]
    columns |= {name: np.full(rows, "x", dtype=object) for name in ("setl_month", "doctor", "fixmedins_code")}
    frame = Frame(columns["subject_id"], columns)
    baseline = baseline_of_frames({"view": frame}, np.arange(500.0))
    assert set(baseline["features"]) == {"view.cost", "view.level"}
    measured = measure_period(baseline, "2026-11", {"view": frame}, np.arange(500.0) + 1000)
    assert [(one.kind, one.name, one.word_zh) for one in measured] == [
        ("feature", "view.cost", "稳定"),
        ("feature", "view.level", "稳定"),
        ("score", "score", "明显变化"),
    ]


def test_the_bounds_of_a_share_lie_around_it() -> None:
    low, high = wilson(8, 10)
    assert 0.45 < low < 0.8 < high < 0.95
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == 1.0
