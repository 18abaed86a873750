"""Outliers of any table: what must not stand out, what must, and what a score may not depend on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianshen.anomaly import FrameRefused, ModelStore, OutlierEnsemble, score


def stays(rows: int = 400, seed: int = 1) -> pd.DataFrame:
    """Ordinary stays: the cost follows the days, some ages are not known, most hospitals are of three kinds."""
    rng = np.random.default_rng(seed)
    days = rng.integers(3, 15, rows)
    return pd.DataFrame(
        {
            "days": days,
            "cost": days * 900.0 + rng.normal(0, 300, rows),
            "age": np.where(rng.random(rows) < 0.1, np.nan, rng.integers(20, 80, rows)),
            "level": rng.choice(["三级", "二级", "一级"], rows),
            "is_emergency": rng.random(rows) < 0.2,
            "admitted": pd.Timestamp("2026-11-01") + pd.to_timedelta(rng.integers(0, 30, rows), "D"),
        }
    )


def test_ordinary_rows_spread_over_the_scale_and_none_is_a_certainty() -> None:
    scores = score(stays())
    assert 0 <= scores.min() < 0.5 < scores.max() < 1
    assert scores.index.equals(stays().index)


@pytest.mark.parametrize(
    "change",
    [
        {"cost": 90_000.0},
        {"days": 14, "cost": 2_700.0},  # each ordinary alone, not together
        {"level": "未定级"},
        {"age": 140.0, "cost": 30_000.0},
        {"admitted": pd.Timestamp("1999-01-01")},
    ],
)
def test_a_planted_row_is_among_the_strangest(change: dict[str, object]) -> None:
    frame = stays()
    planted = frame.iloc[[0]].assign(**change)
    scores = score(pd.concat([frame, planted], ignore_index=True))
    assert scores.iloc[-1] >= scores.quantile(0.99)


def test_a_row_scores_the_same_alone_in_company_and_in_any_order() -> None:
    ensemble = OutlierEnsemble(stays())
    others = stays(50, seed=2)
    together = ensemble.score(others)
    alone = pd.concat([ensemble.score(others.iloc[[place]]) for place in range(len(others))])
    np.testing.assert_allclose(together, alone, rtol=1e-9)
    shuffled = others.sample(frac=1, random_state=0)
    np.testing.assert_allclose(ensemble.score(shuffled).sort_index(), together, rtol=1e-9)


def test_columns_may_stand_in_another_order_and_further_ones_are_passed_over() -> None:
    ensemble = OutlierEnsemble(stays())
    others = stays(20, seed=3)
    moved = others[list(reversed(others.columns))].assign(note="x")
    np.testing.assert_array_equal(ensemble.score(moved), ensemble.score(others))


def test_the_same_seed_gives_the_same_scores_and_nothing_is_written_to_the_frame() -> None:
    frame = stays()
    before = frame.copy(deep=True)
    pd.testing.assert_series_equal(score(frame, seed=5), score(frame, seed=5))
    pd.testing.assert_frame_equal(frame, before)


@given(factor=st.sampled_from([1e-6, 0.01, 7.0, 1e9]), shift=st.sampled_from([-1e3, 0.0, 12.5]))
@settings(max_examples=8, deadline=None)
def test_the_unit_of_a_column_does_not_matter(factor: float, shift: float) -> None:
    frame = stays(150)[["days", "cost", "level"]]
    other = frame.assign(cost=frame["cost"] * factor + shift * factor)
    np.testing.assert_allclose(score(other), score(frame), atol=0.02)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: f.assign(cost=np.nan),
        lambda f: f.assign(cost=1.0),
        lambda f: f.assign(level=None),
        lambda f: f.assign(level=[f"院{n}" for n in range(len(f))]),
        lambda f: f.assign(cost=f["cost"].where(f.index > 3, np.inf)),
        lambda f: f.assign(age=f["age"].astype("Int64")),
        lambda f: f.assign(level=f["level"].astype("category")),
        lambda f: f.iloc[:3],
    ],
    ids=[
        "all missing",
        "constant",
        "no category",
        "a category each",
        "infinite",
        "nullable",
        "categorical",
        "three rows",
    ],
)
def test_awkward_columns_are_taken_as_they_are(spoil: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    scores = score(spoil(stays(120)))
    assert scores.between(0, 1).all()
    assert scores.notna().all()


def test_what_was_never_seen_stands_out_and_is_still_a_number() -> None:
    ensemble = OutlierEnsemble(stays())
    ordinary = stays(1, seed=9)
    odd = ordinary.assign(level="境外", cost=np.inf, age=np.nan)
    assert float(ensemble.score(odd).iloc[0]) > float(ensemble.score(ordinary).iloc[0])
    assert len(ensemble.score(stays().iloc[:0])) == 0


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (pd.DataFrame({"a": []}), "no rows"),
        (pd.DataFrame({"a": [1, 1], "b": ["x", "x"]}), "no column of the frame varies"),
        (pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]), "more than once"),
        ([[1, 2]], "DataFrame"),
    ],
)
def test_a_frame_that_says_nothing_is_refused_with_a_reason(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(FrameRefused, match=says):
        score(frame)


def test_a_frame_without_a_learned_column_is_refused_by_name() -> None:
    ensemble = OutlierEnsemble(stays())
    with pytest.raises(FrameRefused, match="cost"):
        ensemble.score(stays(5).drop(columns="cost"))
    with pytest.raises(FrameRefused, match="days holds text"):
        ensemble.score(stays(5).assign(days="三"))


def test_what_was_stored_scores_as_before(tmp_path: Path) -> None:
    ensemble = OutlierEnsemble(stays(), reference_rows=200)
    store = ModelStore(tmp_path)
    store.save("TT-01", "v1", {"id": "TT-01"}, ensemble.as_learned(), "card")
    learned = store.open("TT-01", "v1").load()
    again = OutlierEnsemble.of(learned.facts, learned.estimators)
    others = stays(60, seed=2).assign(level=lambda rows: rows["level"].where(rows.index > 2, "境外"))
    np.testing.assert_array_equal(again.score(others), ensemble.score(others))


def test_a_sample_of_neighbours_says_nearly_what_all_of_them_say() -> None:
    frame = stays(3000)
    others = stays(300, seed=4)
    few, all_of_them = (OutlierEnsemble(frame, reference_rows=rows).score(others) for rows in (500, 20_000))
    assert few.corr(all_of_them, method="spearman") > 0.97


def test_rows_that_are_rare_in_one_column_do_not_drown_one_that_is_far_in_another() -> None:
    frame = pd.DataFrame({"flag": [0] * 490 + [1] * 10, "cost": np.random.default_rng(1).normal(0, 1, 500)})
    frame.loc[5, "cost"] = 12.0
    assert score(frame).rank(ascending=False)[5] <= 11
