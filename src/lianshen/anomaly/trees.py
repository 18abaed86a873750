"""Exact Shapley values of gradient-boosted trees: what each column adds to one prediction.

Path-dependent TreeSHAP (S. Lundberg et al., Nature Machine Intelligence 2, 2020): where a column is not known, a tree
is followed both ways, weighted by the training rows that went each way. Each leaf is a game of its own among the few
columns on its path, and only which of them let the row through matters: so the shares of every such pattern are
computed once for each leaf, and a row looks its pattern up. The values of the columns and the base add up to the
prediction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np

from lianshen.anomaly.spec import Floats

Bools = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Explained:
    """``values``: rows × columns; with ``base``, the mean prediction, they add up to the prediction of each row."""

    base: float
    values: Floats


@dataclass(frozen=True)
class _Leaf:
    """One leaf: its value, and by column of its path the nodes with directions and the share of rows let through."""

    value: float
    steps: dict[int, list[tuple[int, bool]]]
    shares: dict[int, float]


def explain_trees(estimator: Any, matrix: Floats) -> Explained:
    """Return the Shapley values of a fitted ``HistGradientBoostingRegressor`` with the identity as its link.

    ``matrix`` (rows × columns) is what ``predict`` takes; categorical columns stand before the others.
    """
    # The trees see categories under the numbers that the estimator gave them.
    rows = np.asarray(estimator._preprocess_X(matrix, reset=False), dtype=np.float64) if len(matrix) else matrix
    base = float(np.asarray(estimator._baseline_prediction).ravel()[0])
    values = np.zeros(matrix.shape)
    for (tree,) in estimator._predictors:
        goes_left = _directions(tree, rows)
        for leaf in _leaves(tree.nodes):
            base += leaf.value * float(np.prod(list(leaf.shares.values())))
            _add_leaf(values, leaf, goes_left)
    return Explained(base, values)


def _directions(tree: Any, rows: Floats) -> dict[int, Bools]:
    """Return for each inner node which rows go left, as scikit-learn's own traversal decides."""
    found = {}
    for number, node in enumerate(tree.nodes):
        if node["is_leaf"]:
            continue
        column = rows[:, node["feature_idx"]]
        missing = np.isnan(column)
        if node["is_categorical"]:
            missing |= column < 0
            codes = np.where(missing, 0, column).astype(np.int64)
            bits = tree.raw_left_cat_bitsets[node["bitset_idx"]]
            left = (bits[codes // 32] >> (codes % 32).astype(np.uint32)) & 1 == 1
        else:
            left = column <= node["num_threshold"]
        found[number] = np.where(missing, bool(node["missing_go_to_left"]), left)
    return found


def _leaves(nodes: Any) -> Iterator[_Leaf]:
    """Yield the leaves of a tree with their paths."""
    waiting: list[tuple[int, dict[int, list[tuple[int, bool]]], dict[int, float]]] = [(0, {}, {})]
    while waiting:
        number, steps, shares = waiting.pop()
        node = nodes[number]
        if node["is_leaf"]:
            yield _Leaf(float(node["value"]), steps, shares)
            continue
        column = int(node["feature_idx"])
        for child, is_left in ((int(node["left"]), True), (int(node["right"]), False)):
            share = float(nodes[child]["count"]) / float(node["count"])
            waiting.append(
                (
                    child,
                    {**steps, column: [*steps.get(column, []), (number, is_left)]},
                    {**shares, column: shares.get(column, 1.0) * share},
                )
            )


def _add_leaf(values: Floats, leaf: _Leaf, goes_left: dict[int, Bools]) -> None:
    """Add what the leaf gives to each column of its path."""
    pattern = np.zeros(len(values), dtype=np.int64)
    for place, steps in enumerate(leaf.steps.values()):
        passes = np.ones(len(values), dtype=bool)
        for number, is_left in steps:
            passes &= goes_left[number] == is_left
        pattern |= passes.astype(np.int64) << place
    table = _shares_of_patterns(list(leaf.shares.values())) * leaf.value
    for place, column in enumerate(leaf.steps):
        values[:, column] += table[pattern, place]


def _shares_of_patterns(shares: list[float]) -> Floats:
    """Return for each pattern of players that let a row through (bits) the Shapley value of each player.

    The game: a product over all players, of 1 or 0 (whether the row passes) for who is in, of the share for who is not.
    """
    players = len(shares)
    passes = (np.arange(1 << players)[:, None] >> np.arange(players)) & 1
    table = np.zeros((1 << players, players))
    for player in range(players):
        others = (one for one in range(players) if one != player)
        # Coefficient k: the game without this player, summed over coalitions of k others.
        sums = np.zeros((1 << players, players))
        sums[:, 0] = 1.0
        for other in others:
            sums[:, 1:] = sums[:, 1:] * shares[other] + sums[:, :-1] * passes[:, [other]]
            sums[:, 0] *= shares[other]
        for size in range(players):
            weight = factorial(size) * factorial(players - 1 - size) / factorial(players)
            table[:, player] += weight * sums[:, size] * (passes[:, player] - shares[player])
    return table
