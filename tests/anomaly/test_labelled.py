"""What reviewers confirmed is learned from; without it, what is strange stands in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from lianshen.anomaly import FrameRefused, OutlierEnsemble, fit_predict


def bills(rows: int, seed: int) -> tuple[pd.DataFrame, pd.Series]:
    """Bills of which some are padded: many tests in few days at private hospitals, inside the range of every column."""
    rng = np.random.default_rng(seed)
    padded = rng.random(rows) < 0.06
    days = rng.integers(2, 20, rows)
    frame = pd.DataFrame(
        {
            "days": np.where(padded, rng.integers(2, 5, rows), days),
            "tests": np.where(padded, rng.integers(14, 22, rows), rng.poisson(days)),
            "owner": np.where(padded, "民营", rng.choice(["公立", "民营"], rows)),
            "age": np.where(rng.random(rows) < 0.1, np.nan, rng.integers(20, 80, rows)),
        }
    )
    return frame, pd.Series(padded.astype(int))


def test_confirmed_bills_teach_more_than_strangeness() -> None:
    train, labels = bills(500, 1)
    test, truth = bills(500, 2)
    learned = fit_predict(train, labels, test)
    strange = fit_predict(train, None, test)
    assert average_precision_score(truth, learned) > 0.95
    assert average_precision_score(truth, learned) > average_precision_score(truth, strange)
    assert learned.between(0, 1).all()


def test_a_handful_of_confirmed_bills_among_many_nobody_looked_at_is_enough() -> None:
    train, labels = bills(500, 1)
    few = labels.astype("object").where(labels.cumsum() <= 4, None)
    test, truth = bills(500, 2)
    assert average_precision_score(truth, fit_predict(train, few, test)) > 0.7


def test_without_a_confirmed_bill_the_answer_is_how_strange_a_bill_is() -> None:
    train, _ = bills(200, 1)
    test, _ = bills(50, 2)
    expected = OutlierEnsemble(train).score(test)
    for labels in (None, [0] * 200, [None] * 200, [float("nan")] * 200):
        pd.testing.assert_series_equal(fit_predict(train, labels, test), expected)


def test_a_bill_is_judged_the_same_alone_and_in_company() -> None:
    train, labels = bills(200, 1)
    test, _ = bills(30, 2)
    test.index = pd.Index([f"S{n}" for n in range(30)])
    together = fit_predict(train, labels, test)
    assert list(together.index) == list(test.index)
    np.testing.assert_allclose(fit_predict(train, labels, test.iloc[[7]]), together.iloc[[7]], rtol=1e-9)
    assert len(fit_predict(train, labels, test.iloc[:0])) == 0


def test_probabilities_add_up_to_about_the_share_that_was_confirmed() -> None:
    train, labels = bills(800, 3)
    test, _ = bills(800, 4)
    assert fit_predict(train, labels, test).mean() == pytest.approx(labels.mean(), abs=0.03)


@pytest.mark.parametrize(
    ("labels", "says"),
    [([1] * 99, "99 labels for 100 rows"), ([1] * 100, "every label is 1"), ([2] + [0] * 99, "label 2"),
     (["是"] + [0] * 99, "no number")],
)  # fmt: skip
def test_labels_that_say_something_else_are_refused_with_what_is_wanted(labels: list[object], says: str) -> None:
    train, _ = bills(100, 1)
    with pytest.raises(FrameRefused, match=says):
        fit_predict(train, labels, train)
