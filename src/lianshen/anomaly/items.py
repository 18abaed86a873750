"""Which item an institution charges far more of than its level does: what a reviewer looks up first.

What is usual for 100 stays is learned by level and item, each institution counting for no more than three times the
median one, an item that few institutions charge drawn towards nothing. It names an item; it moves no score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.spec import Floats

CAP = 3.0
PRIOR_STAYS = 100.0
"""Stays without the item that stand beside those that were seen."""
LEAST_LINES = 30
TIMES = 2.0
UNKNOWN = "目录外项目"
LEAST_PART = 0.05
"""Of what the institution charged its inpatients."""


@dataclass(frozen=True, slots=True)
class Excess:
    """One item of an institution: lines for 100 stays, the usual ones, and the money beyond the usual, in fen."""

    name_zh: str
    lines: float
    usual: float
    beyond_fen: int


def learn_items(items: Frame) -> dict[str, list[float]]:
    """Return lines and fen for 100 stays by ``level|item``, from a view of institution_item."""
    if not len(items):
        return {}
    stays = items["n_stays"].astype(np.float64)
    houses = dict(
        zip(zip(items.key, items["setl_month"], strict=True), zip(items["level"], stays, strict=True), strict=True)
    )
    counted: dict[str, float] = {}
    bound: dict[str, float] = {}
    for level in sorted({level for level, _ in houses.values()}):
        sizes = np.array([many for other, many in houses.values() if other == level])
        bound[level] = CAP * float(np.median(sizes))
        counted[level] = float(np.minimum(sizes, bound[level]).sum())
    weight = np.minimum(1.0, np.array([bound[level] for level in items["level"]]) / stays)
    names, place = np.unique(_names(items), return_inverse=True)
    lines = np.bincount(place, weights=weight * items["n_lines"])
    fen = np.bincount(place, weights=weight * items["amount_fen"])
    whole = np.array([counted[name.split("|", 1)[0]] for name in names]) + PRIOR_STAYS
    return {
        str(name): [round(float(n) * 100 / all_, 4), round(float(money) * 100 / all_, 2)]
        for name, n, money, all_ in zip(names, lines, fen, whole, strict=True)
    }


def excess_items(items: Frame, usual: Mapping[str, Sequence[float]], called: Mapping[int, str]) -> dict[str, Excess]:
    """Return by institution the item with the most money beyond the usual, where one is charged far more of.

    ``called`` gives the items' names; an item without is in no catalogue.
    """
    expected: Floats = np.array([usual.get(name, (0.0, 0.0)) for name in _names(items)], dtype=np.float64).reshape(
        -1, 2
    )
    beyond = items["amount_fen"] - expected[:, 1] * items["n_stays"] / 100
    whole: dict[str, float] = {}
    for key, amount in zip(items.key, items["amount_fen"], strict=True):
        whole[key] = whole.get(key, 0.0) + float(amount)
    found: dict[str, Excess] = {}
    for row in np.lexsort((items["item"], -beyond)):
        key = items.key[row]
        many = float(items["lines_per_100"][row])
        if key in found or items["n_lines"][row] < LEAST_LINES or many < TIMES * expected[row, 0]:
            continue
        if beyond[row] >= LEAST_PART * whole[key]:
            found[key] = Excess(
                called.get(int(items["item"][row]), UNKNOWN), many, float(expected[row, 0]), int(beyond[row])
            )
    return found


def names_of(frame: Frame) -> dict[int, str]:
    """Return the name of each item, from the view item_name."""
    return dict(zip(frame["item"].tolist(), frame["name"], strict=True))


def _names(items: Frame) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.array([f"{level}|{item}" for level, item in zip(items["level"], items["item"], strict=True)], dtype=str)
