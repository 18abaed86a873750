"""What each column adds to a prediction adds up to it, and is what Shapley's definition gives."""

from __future__ import annotations

from itertools import chain, combinations
from math import factorial
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from lianshen.anomaly.trees import explain_trees

ROWS = 600


def data(seed: int = 3) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return rows with a categorical column first, two numbers, values missing, and a target that mixes them."""
    rng = np.random.default_rng(seed)
    category = rng.integers(0, 40, ROWS).astype(float)
    one, two = rng.normal(size=ROWS), rng.normal(size=ROWS)
    target = (category % 3) + one * (category > 20) + np.sin(two) + rng.normal(0, 0.1, ROWS)
    matrix = np.column_stack([category, one, two])
    matrix[rng.random(matrix.shape) < 0.08] = np.nan
    return matrix, target


def fitted(loss: str, **more: Any) -> tuple[HistGradientBoostingRegressor, np.ndarray[Any, Any]]:
    matrix, target = data()
    made = HistGradientBoostingRegressor(
        loss=loss, categorical_features=[0], early_stopping=False, min_samples_leaf=10, random_state=0, **more
    )
    return made.fit(matrix, target), matrix


@pytest.mark.parametrize("loss", [{"loss": "quantile", "quantile": 0.5}, {"loss": "squared_error"}])
def test_the_values_and_the_base_add_up_to_the_prediction(loss: dict[str, Any]) -> None:
    model, matrix = fitted(**loss, max_iter=40, max_leaf_nodes=8)
    unseen = np.array([[99.0, 0.0, 0.0], [np.nan, np.nan, np.nan], [-1.0, 5.0, -5.0]])
    rows = np.vstack([matrix, unseen])
    explained = explain_trees(model, rows)
    assert np.abs(explained.base + explained.values.sum(axis=1) - model.predict(rows)).max() < 1e-9
    assert explained.values.std(axis=0).min() > 0, "every column matters here"


def expectation(nodes: Any, tree: Any, row: Any, known: frozenset[int], number: int = 0) -> float:
    """Follow a tree where its column is known, both ways by the share of rows where it is not: the definition."""
    node = nodes[number]
    if node["is_leaf"]:
        return float(node["value"])
    left, right = int(node["left"]), int(node["right"])
    column = int(node["feature_idx"])
    if column not in known:
        share = nodes[left]["count"] / node["count"]
        return float(
            share * expectation(nodes, tree, row, known, left)
            + (1 - share) * expectation(nodes, tree, row, known, right)
        )
    value = row[column]
    if np.isnan(value):
        goes_left = bool(node["missing_go_to_left"])
    elif node["is_categorical"]:
        code = int(value)
        goes_left = bool(int(tree.raw_left_cat_bitsets[node["bitset_idx"]][code // 32]) >> (code % 32) & 1)
    else:
        goes_left = value <= node["num_threshold"]
    return expectation(nodes, tree, row, known, left if goes_left else right)


def test_the_values_are_those_of_the_definition() -> None:
    model, matrix = fitted(loss="squared_error", max_iter=3, max_leaf_nodes=6)
    rows = np.vstack([matrix[:25], [[np.nan, 0.3, np.nan]]])
    encoded = model._preprocess_X(rows, reset=False)
    explained = explain_trees(model, rows)
    columns = range(rows.shape[1])
    every = [frozenset(some) for some in chain.from_iterable(combinations(columns, size) for size in range(4))]
    for row, values in zip(encoded, explained.values, strict=True):
        worth = {
            known: sum(expectation(tree.nodes, tree, row, known) for (tree,) in model._predictors) for known in every
        }
        for column in columns:
            defined = sum(
                factorial(len(some)) * factorial(2 - len(some)) / factorial(3) * (worth[some | {column}] - worth[some])
                for some in every
                if column not in some
            )
            assert values[column] == pytest.approx(defined, abs=1e-12)


def test_a_column_that_no_tree_asks_adds_nothing_and_equals_add_alike() -> None:
    one = np.repeat([0.0, 0.0, 1.0, 1.0], 100)
    two = np.tile(np.repeat([0.0, 1.0], 100), 2)
    matrix = np.column_stack([one, two, np.zeros(400)])
    model = HistGradientBoostingRegressor(max_iter=5, max_leaf_nodes=4, min_samples_leaf=5, early_stopping=False)
    explained = explain_trees(model.fit(matrix, one + two + one * two), matrix)
    assert not explained.values[:, 2].any()
    both = matrix[:, 0] == matrix[:, 1]
    assert explained.values[both, 0] == pytest.approx(explained.values[both, 1], abs=1e-12)
