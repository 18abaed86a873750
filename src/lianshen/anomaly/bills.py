"""Bills as vectors of items: weights learned from all stays, clusters of bills alike, and tests that everybody gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.graphs import numbered
from lianshen.anomaly.similarity import Pairs, similar_pairs, unit_rows
from lianshen.anomaly.spec import Floats, Ints, Text

if TYPE_CHECKING:
    from scipy.sparse import csr_array

STAYS_AT_ONCE = 8_000
Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]
PRIOR_STAYS = 30.0
"""Weight of the wider group, in stays, where the share of stays with a test is estimated."""


_TESTS = (3, 4)
_OF_EVERY_STAY = (1, 2, 7)
"""Beds, consultations and nursing: every stay has them, every day."""


@dataclass(frozen=True)
class Items:
    """The items of the stays of a frame, one entry per stay and item: row, number in ``codes``, and lines."""

    row: np.ndarray[tuple[int], np.dtype[np.int32]]
    number: np.ndarray[tuple[int], np.dtype[np.int32]]
    lines: np.ndarray[tuple[int], np.dtype[np.float32]]
    codes: Ints
    """Hashes of item codes, ascending."""
    tests: Ints
    """Numbers of the items that are laboratory tests or examinations."""

    @classmethod
    def of(cls, frame: Frame) -> Items:
        """Take the lists of ``bill_items``, without what every stay has."""
        kind = frame.lists["kind"].values
        kept = ~np.isin(kind, _OF_EVERY_STAY)
        number, codes = _numbered(frame.lists["item"].values[kept])
        row = np.repeat(np.arange(len(frame), dtype=np.int32), frame.lists["item"].counts)[kept]
        lines = frame.lists["lines"].values[kept].astype(np.float32)
        tests = np.unique(number[np.isin(kind[kept], _TESTS)])
        return cls(row, number.astype(np.int32), lines, codes, tests)

    def of_rows(self, rows: Ints) -> Items:
        """Return the entries of the stays ``rows`` (ascending), numbered anew from zero."""
        # Of the same kind as the haystack, or all of that is converted.
        wanted = rows.astype(self.row.dtype)
        first = np.searchsorted(self.row, wanted)
        counts = np.searchsorted(self.row, wanted, "right") - first
        starts = np.cumsum(counts) - counts
        entry = np.arange(int(counts.sum())) + np.repeat(first - starts, counts)
        row = np.repeat(np.arange(len(rows), dtype=np.int32), counts)
        return Items(row, self.number[entry], self.lines[entry], self.codes, self.tests)

    def matrix(self, rows: int, only: Ints | None = None) -> csr_array:
        """Return which stay has which item (1 or nothing), of the item numbers ``only`` where given."""
        from scipy.sparse import csr_array

        place = np.full(len(self.codes), -1)
        wanted = np.arange(len(self.codes)) if only is None else only
        place[wanted] = np.arange(len(wanted))
        kept = place[self.number] >= 0
        return csr_array(
            (np.ones(int(kept.sum())), (self.row[kept], place[self.number[kept]])), shape=(rows, len(wanted))
        )


def _numbered(item: Ints) -> tuple[Ints, Ints]:
    """Return each item's number among the sorted different ones, and those; by hashing, as a month has millions."""
    import pandas as pd

    number, codes = pd.factorize(item, sort=True)
    return number.astype(np.int64), np.asarray(codes, dtype=np.int64)


def learn_rarity(items: Items, rows: int) -> dict[str, float]:
    """Return the weight of each item by its hash: the log of how few of the stays have it."""
    spread = np.bincount(items.number, minlength=len(items.codes))
    weight = np.log((rows + 1) / (spread + 0.5))
    return {str(code): round(float(one), 6) for code, one in zip(items.codes.tolist(), weight, strict=True)}


def weighed(items: Items, rows: int, rarity: dict[str, float], unseen: float) -> csr_array:
    """Return the stays' vectors of length one: the log of lines times the rarity that was learned."""
    weight = np.array([rarity.get(str(code), unseen) for code in items.codes.tolist()])
    values = (1 + np.log(items.lines)) * np.maximum(weight[items.number], 0.0)
    return unit_rows(items.row, items.number, values, (rows, max(len(items.codes), 1)))


def alike(frame: Frame, items: Items, rarity: dict[str, float], unseen: float, *, at_least: float, days: int) -> Pairs:
    """Return pairs of stays of one institution with different diseases and bills alike, no more than ``days`` apart.

    Where both had the same operation, the operation explains the bill. Institutions are looked at some at a time, so
    that memory does not grow with the province.
    """
    place, _ = numbered(frame["fixmedins_code"])
    disease, _ = numbered(frame["icd3"])
    operation, _ = numbered(frame["operation"])
    day = frame["day_number"].astype(np.int64)
    found: list[Pairs] = []
    for rows in _some_at_a_time(place):

        def may(first: Ints, second: Ints, rows: Ints = rows) -> Bools:
            a, b = rows[first], rows[second]
            other = disease[a] != disease[b]
            other &= (operation[a] != operation[b]) | (operation[a] < 0)
            return np.asarray(other & (np.abs(day[a] - day[b]) <= days))

        vectors = weighed(items.of_rows(rows), len(rows), rarity, unseen)
        pairs = similar_pairs(vectors, place[rows], at_least, may)
        found.append(Pairs(rows[pairs.first], rows[pairs.second], pairs.cosine))
    nothing = np.zeros(0, dtype=np.int64)
    return Pairs(
        np.concatenate([nothing, *(pairs.first for pairs in found)]),
        np.concatenate([nothing, *(pairs.second for pairs in found)]),
        np.concatenate([np.zeros(0), *(pairs.cosine for pairs in found)]),
    )


def _some_at_a_time(place: Ints) -> Iterator[Ints]:
    """Yield the rows of some institutions, ascending, whole institutions and about ``STAYS_AT_ONCE`` rows."""
    order = np.argsort(place, kind="stable")
    sizes = np.bincount(place)
    ends = np.cumsum(sizes)
    part = np.concatenate([[0], (ends[:-1] // STAYS_AT_ONCE)]) if len(ends) else ends
    for one in np.unique(part):
        last = ends[part == one]
        first = last[0] - sizes[np.flatnonzero(part == one)[0]]
        yield np.sort(order[first : last[-1]])


@dataclass(frozen=True)
class Rates:
    """How many stays of a group (``level/icd3``, ``icd3`` or all, named "") there were, and how many had each test."""

    stays: dict[str, int]
    had: dict[str, dict[str, int]]

    @classmethod
    def learn(cls, groups: list[Text], items: Items, rows: int) -> Rates:
        """Count the tests in each of the groupings of the stays."""
        from scipy.sparse import csr_array

        held = items.matrix(rows, items.tests)
        codes = [str(code) for code in items.codes[items.tests].tolist()]
        stays: dict[str, int] = {}
        had: dict[str, dict[str, int]] = {}
        for grouping in groups:
            number, names = numbered(grouping)
            member = csr_array((np.ones(rows), (number, np.arange(rows))), shape=(len(names), rows))
            counts = csr_array(member @ held).toarray()
            for name, row, size in zip(names, counts, np.bincount(number, minlength=len(names)), strict=True):
                stays[str(name)] = int(size)
                had[str(name)] = {codes[one]: int(row[one]) for one in np.flatnonzero(row)}
        return cls(stays, had)

    def expected(self, groups: list[Text], codes: list[str]) -> Floats:
        """Return for each stay the share of its peers that had each test, stays × tests; ``groups`` narrow to wide."""
        shares = np.zeros((len(groups[0]), len(codes)))
        for grouping in reversed(groups):
            number, names = numbered(grouping)
            sizes = np.array([self.stays.get(str(name), 0) for name in names], dtype=np.float64)
            counts = np.array([[self.had.get(str(name), {}).get(code, 0) for code in codes] for name in names])
            counts = counts.reshape(len(names), len(codes))
            drawn = counts[number] + PRIOR_STAYS * shares
            shares = drawn / (sizes[number] + PRIOR_STAYS)[:, None]
        return shares
