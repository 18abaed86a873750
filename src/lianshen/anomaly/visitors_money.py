"""What an institution's visitors cost beyond what its neighbours would have, by charge category, as estimated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.spec import Floats, Ints
from lianshen.anomaly.subject import Bools
from lianshen.anomaly.visitors import Cells
from lianshen.anomaly.words import CATEGORIES

MOST_MEMBERS = 50


@dataclass(frozen=True)
class Money:
    """Per institution, of the month's stays in matched cells: stays, fen as charged, as expected, and at issue.

    ``by_actual`` and ``by_expected`` (institutions × categories) add up to the whole.
    """

    stays: Ints
    actual_fen: Ints
    expected_fen: Ints
    exposure_fen: Ints
    by_actual: Ints
    by_expected: Ints

    def categories(self, place: int) -> list[tuple[str, int]]:
        """Return the categories of an institution in Chinese with their excess in fen, the largest first."""
        excess = (self.by_actual[place] - self.by_expected[place]).tolist()
        named = list(zip(CATEGORIES.values(), excess, strict=True))
        return sorted(named, key=lambda one: -one[1])

    def of_category(self, place: int, name: str) -> tuple[int, int]:
        """Return what a category (in Chinese) came to and was expected to come to, in fen."""
        column = list(CATEGORIES.values()).index(name)
        return int(self.by_actual[place, column]), int(self.by_expected[place, column])


def money_of(frame: Frame, cells: Cells, ratio: Floats, month: str, tolerated: float) -> Money:
    """Return the money of ``month``, given how many times each institution charges visitors what it charges neighbours.

    Expected is what was charged divided by the ratio; at issue is what lies above ``tolerated`` times that. The
    expected amount is shared over the categories as the neighbours' cost of the same cells is.
    """
    places = len(cells.places)
    this = np.where(frame["setl_month"] == month, cells.remote, -1)
    rows = np.flatnonzero(this >= 0)
    owner = cells.place[this[rows]]
    amounts = np.column_stack([frame[f"{name}_fen"] for name in CATEGORIES]).astype(np.float64)
    by_actual = _sums(owner, amounts[rows], places)
    stays = np.bincount(owner, frame["n"][rows].astype(np.float64), places)
    # What neighbours of the same cells cost, once for every visitor of the month.
    visitors = np.bincount(this[rows], frame["n"][rows].astype(np.float64), len(cells))
    neighbours = np.flatnonzero(cells.local >= 0)
    mean = _sums(cells.local[neighbours], amounts[neighbours], len(cells)) / cells.n_local[:, None]
    usual = _sums(cells.place, mean * visitors[:, None], places)
    actual = by_actual.sum(axis=1)
    expected = actual / ratio
    share = usual / np.maximum(usual.sum(axis=1, keepdims=True), 1)
    by_expected = np.rint(share * expected[:, None]).astype(np.int64)
    exposure = np.maximum(actual - tolerated * expected, 0)
    whole = by_expected.sum(axis=1)
    return Money(
        stays=np.rint(stays).astype(np.int64),
        actual_fen=np.rint(actual).astype(np.int64),
        expected_fen=whole,
        exposure_fen=np.rint(exposure).astype(np.int64),
        by_actual=np.rint(by_actual).astype(np.int64),
        by_expected=by_expected,
    )


def strongest(frame: Frame, cells: Cells, month: str, told: Bools) -> dict[int, tuple[str, ...]]:
    """Return settlements of the visitors of each ``told`` institution in ``month``, by its place.

    Those furthest above their cell's neighbours come first; of each row the three dearest are known.
    """
    local = np.bincount(cells.local[cells.local >= 0], frame["ln_cost"][cells.local >= 0], len(cells)) / cells.n_local
    rows = np.flatnonzero((cells.remote >= 0) & (frame["setl_month"] == month))
    rows = rows[told[cells.place[cells.remote[rows]]]]
    found: dict[int, list[tuple[float, str]]] = {}
    for row in rows:
        cell = cells.remote[row]
        for stay in str(frame["dearest"][row]).split(";"):
            fen, setl_id = stay.split(" ")
            found.setdefault(int(cells.place[cell]), []).append((local[cell] - np.log(int(fen) / 100), setl_id))
    return {place: tuple(setl_id for _, setl_id in sorted(stays)[:MOST_MEMBERS]) for place, stays in found.items()}


def _sums(group: Ints, values: Floats, groups: int) -> Floats:
    return np.column_stack([np.bincount(group, column, groups) for column in values.T])
