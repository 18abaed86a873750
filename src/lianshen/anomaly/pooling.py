"""What is usual for a kind of patient, and for a kind of institution, where many kinds have few.

A cell (diagnosis, care, level, age …) has a mean and a variance of each measure. Few rows, or rows of few owners, say
little: each cell is drawn towards the next wider one as if ``prior`` of its patients were like those (partial pooling,
empirical Bayes), and one owner counts for no more than :data:`CAP` times the median owner of the cell, so that an
institution that fills a cell alone is not its own measure. Expectations of an institution are then the sum over its
patients: indirect standardisation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.funnel import Funnel, drawn, learn_funnel
from lianshen.anomaly.groups import EVERYTHING, coded_by, look_up, members, names
from lianshen.anomaly.spec import Floats, Ints, Text

CAP = 3.0
LEAST_OWNERS = 3
PRIOR = 20.0
Levels = tuple[tuple[str, ...], ...]
Cells = dict[str, list[float]]
"""Cell → mean and variance of each measure in turn; one cell for the whole of each wider group."""


@dataclass(frozen=True)
class Standardised:
    """One measure of each subject: how many patients, what they add up to, what was expected, and chance's variance."""

    n: Floats
    observed: Floats
    expected: Floats
    variance: Floats

    def difference(self) -> tuple[Floats, Floats]:
        """Return how far the mean lies above the expected one, and its standard error; NaN without patients."""
        n = np.where(self.n > 0, self.n, np.nan)
        return (self.observed - self.expected) / n, np.sqrt(self.variance) / n

    def ratio(self) -> tuple[Floats, Floats]:
        """Return observed over expected less one, and its standard error; NaN where nothing was expected."""
        expected = np.where(self.expected > 0, self.expected, np.nan)
        return self.observed / expected - 1, np.sqrt(self.variance) / expected


def learn_cells(frame: Frame, measures: Sequence[str], levels: Levels, owner: Text, *, prior: float = PRIOR) -> Cells:
    """Return the cells of ``levels`` (narrowest first) that :data:`LEAST_OWNERS` owners share, and of all rows.

    ``frame`` has for each measure the columns ``<measure>_n``, ``_sum`` and ``_sq``; ``owner`` (one for each row) is
    the institution that a row belongs to.
    """
    _, owners = np.unique(owner.astype(str), return_inverse=True)
    rows = frame["n"].astype(np.float64)
    cells: Cells = {}
    wider = np.zeros((len(frame), 2 * len(measures)))
    for depth, columns in enumerate(((), *reversed(levels))):
        found = wider.copy()
        for name, inside in members(names(frame, columns)):
            _, who = np.unique(owners[inside], return_inverse=True)
            held = np.bincount(who, weights=rows[inside])
            if depth and len(held) < LEAST_OWNERS:
                continue
            weight = np.minimum(1.0, CAP * np.median(held) / held)[who]
            first = wider[inside[0]]
            values: list[float] = []
            for place, measure in enumerate(measures):
                n, total, square = (float(weight @ frame[f"{measure}_{part}"][inside]) for part in ("n", "sum", "sq"))
                mean, second = first[2 * place], first[2 * place + 1] + first[2 * place] ** 2
                before = prior if depth else 1e-9
                pooled = (total + before * mean) / (n + before)
                values += [pooled, max((square + before * second) / (n + before) - pooled**2, 0.0)]
            cells[name] = values
            found[inside] = values
        wider = found
    return cells


def standardise(
    frame: Frame, measures: Sequence[str], usual: Floats, subject: Ints, subjects: int
) -> dict[str, Standardised]:
    """Return each measure of ``subjects`` subjects; ``subject`` (one for each row) numbers them from zero.

    ``usual`` is what :func:`usual_of` says of the rows.
    """
    result = {}
    for place, measure in enumerate(measures):
        n = frame[f"{measure}_n"].astype(np.float64)
        sums = [
            np.bincount(subject, weights=values, minlength=subjects).astype(np.float64)
            for values in (n, frame[f"{measure}_sum"], n * usual[:, 2 * place], n * usual[:, 2 * place + 1])
        ]
        result[measure] = Standardised(*sums)
    return result


def usual_of(frame: Frame, levels: Levels, cells: Cells, measures: int) -> Floats:
    """Return the mean and variance of every measure in the narrowest known cell of each row: rows × (2 × measures)."""
    # Cells that were learned from nothing say nothing; a frame is then empty, or its rows are all that there is.
    width = 2 * measures
    known = {EVERYTHING: [0.0] * width, **cells}
    return look_up(frame, levels, known)[1]


def learn_funnels(
    frame: Frame, y: Floats, s: Floats, levels: Levels, *, least: int = 5, prior: float = 10.0
) -> dict[str, list[float]]:
    """Return the funnel of each peer group of ``levels`` (narrowest first) with ``least`` units, and of all units.

    Units whose value or error is NaN are left out. Each group is drawn towards the next wider one.
    """
    known = np.flatnonzero(np.isfinite(y) & np.isfinite(s) & (s > 0))
    if not len(known):
        return {}
    whole = learn_funnel(y[known], s[known])
    funnels = {EVERYTHING: whole}
    wider: list[Funnel] = [whole] * len(frame)
    inside = np.zeros(len(frame), dtype=bool)
    inside[known] = True
    for columns in reversed(levels):
        for name, rows in members(names(frame, columns)):
            mine = rows[inside[rows]]
            if len(mine) >= least:
                funnels[name] = drawn(learn_funnel(y[mine], s[mine]), wider[mine[0]], prior)
                for row in mine:
                    wider[row] = funnels[name]
    return {name: [one.units, one.centre, one.between] for name, one in funnels.items()}


def funnel_of(frame: Frame, levels: Levels, funnels: Mapping[str, Sequence[float]]) -> tuple[Text, Floats, Floats]:
    """Return the narrowest peer group of each row that has a funnel, the funnel's centre and its variance of units."""
    group, values = look_up(frame, levels, funnels)
    return group, values[:, 1], values[:, 2]


def numbered(frame: Frame, *columns: str) -> tuple[list[tuple[Any, ...]], Ints]:
    """Return the distinct subjects by ``columns`` in their order, and of each row which one it belongs to.

    None of the columns has a missing value.
    """
    code, first = coded_by(frame, columns)
    keys = list(zip(*(frame[column][first] for column in columns), strict=True))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    place = np.empty(len(keys), dtype=np.int64)
    place[order] = np.arange(len(keys))
    return [keys[number] for number in order], place[code]


def of_size(frame: Frame, least: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which rows are of a subject (the key) that has ``least`` of the column ``n`` or more."""
    code, values = frame.factors()
    return np.asarray((np.bincount(code, weights=frame["n"], minlength=len(values)) >= least)[code])


def is_of(frame: Frame, subjects: Text) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which rows are of one of ``subjects`` (values of the key; None is nobody)."""
    code, values = frame.factors()
    wanted = set(subjects.tolist())
    return np.array([value in wanted for value in values], dtype=bool)[code]


def dearest_first(frame: Frame, usual_cost: Floats, subjects: Text, most: int) -> list[tuple[str, ...]]:
    """Return of each of ``subjects`` (values of the key) its dearest settlements, for their kind of patient, first.

    ``frame`` has the column ``dearest``: '<fen> <setl_id>' of the cell's dearest, separated by semicolons.
    ``usual_cost`` is the usual logarithm of a row's cost in yuan. None has none.
    """
    rows = np.flatnonzero(is_of(frame, subjects))
    held: dict[str, list[tuple[float, str]]] = {}
    for key, expected, dearest in zip(frame.key[rows], usual_cost[rows].tolist(), frame["dearest"][rows], strict=True):
        kept = held.setdefault(key, [])
        for one in str(dearest).split(";"):
            fen, setl_id = one.split(" ", 1)
            kept.append((expected - log(max(int(fen), 1) / 100), setl_id))
    return [tuple(setl_id for _, setl_id in sorted(held.get(subject, ()))[:most]) for subject in subjects]
