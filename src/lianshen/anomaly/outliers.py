"""Outliers of any table of features: four detectors that fail in different places, put together on one scale.

Isolation forest (F. T. Liu, K. M. Ting, Z.-H. Zhou, ICDM 2008) sees what few cuts separate; the mean distance to the
nearest neighbours (F. Angiulli, C. Pizzuti, PKDD 2002) sees what lies alone; histograms (M. Goldstein, A. Dengel,
KI 2012) see rare values of single columns; the distance along the principal components of columns with drawn-in
tails (M.-L. Shyu and others, 2003) sees broken dependence. Each score is compared with those of the fitted rows, and
the four are added as exponential scores, -log of the share of fitted rows that are stranger, so that a row which one
detector finds extreme stays extreme (H.-P. Kriegel and others, Interpreting and unifying outlier scores, SDM 2011).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from lianshen.anomaly.frames import FrameEncoder, Views
from lianshen.anomaly.spec import Floats

if TYPE_CHECKING:
    from pandas import DataFrame, Series

TREES = 200
SAMPLE = 256
NEIGHBOURS = 100
REFERENCE_ROWS = 20_000
"""Rows that neighbours are looked for among; more would cost time and change little."""
BINS = 10
AT_ONCE = 100_000


Raw = Callable[[Views], Floats]


@dataclass(frozen=True)
class _Detector:
    """One detector: ``raw`` gives its score of views, ``own`` are those of the fitted rows among themselves."""

    raw: Raw
    own: Floats

    @cached_property
    def _sorted(self) -> Floats:
        return np.sort(self.own)

    def exponential(self, raw: Floats) -> Floats:
        """Return -log of the share of fitted rows that are at least as strange, continued beyond the strangest."""
        fitted, count = self._sorted, len(self.own)
        below = (np.searchsorted(fitted, raw, "left") + np.searchsorted(fitted, raw, "right")) / 2
        reach = max(float(fitted[-1] - fitted[count // 2]), 1e-12)
        beyond = np.log1p(np.maximum(raw - fitted[-1], 0) / reach)
        found: Floats = -np.log1p(-np.minimum(below, count - 0.5) / count) + beyond
        return found


class OutlierEnsemble:
    """Fitted on one frame, scores any frame with the same columns: higher is stranger, a row by itself."""

    def __init__(self, frame: DataFrame, *, seed: int = 0, threads: int = 1) -> None:
        """Fit on ``frame`` (rows × features, numeric, boolean, date or categorical, missing allowed).

        :raises FrameRefused: if nothing can be learned from the frame.
        """
        self.encoder = FrameEncoder(frame)
        views = self.encoder.views(frame)
        self.detectors = tuple(fit(views, seed, threads) for fit in (_forest, _neighbours, _histograms, _components))

    def exponential(self, frame: DataFrame) -> Floats:
        """Return each detector's exponential score: rows × detectors, 0 or more."""
        parts = []
        for start in range(0, max(len(frame), 1), AT_ONCE):
            views = self.encoder.views(frame.iloc[start : start + AT_ONCE])
            parts.append(np.column_stack([one.exponential(one.raw(views)) for one in self.detectors]))
        return np.vstack(parts)

    def own_exponential(self) -> Floats:
        """Return the same of the fitted rows, none of them compared with itself."""
        return np.column_stack([one.exponential(one.own) for one in self.detectors])

    def score(self, frame: DataFrame) -> Series[float]:
        """Return per row a score from 0 (ordinary) towards 1 (stranger than any row that was fitted)."""
        return _put_together(self.exponential(frame), frame)


def score(frame: DataFrame, *, seed: int = 0, threads: int = 1) -> Series[float]:
    """Return how strange each row of ``frame`` is among the rows of ``frame``, from 0 towards 1, on its index.

    Columns may be numeric, boolean, dates or categories; values may be missing; scales do not matter. To score rows
    against others fit :class:`OutlierEnsemble` on those.

    :raises FrameRefused: for a frame without rows or in which no column varies.
    """
    return _put_together(OutlierEnsemble(frame, seed=seed, threads=threads).own_exponential(), frame)


def _put_together(exponential: Floats, frame: DataFrame) -> Series[float]:
    from pandas import Series

    return Series(1 - np.exp(-exponential.mean(axis=1)), index=frame.index, name="score")


def _forest(views: Views, seed: int, threads: int) -> _Detector:
    from sklearn.ensemble import IsolationForest

    rows = min(SAMPLE, len(views.plain))
    forest = IsolationForest(n_estimators=TREES, max_samples=rows, random_state=seed, n_jobs=threads).fit(views.plain)

    def raw(others: Views) -> Floats:
        return -np.asarray(forest.score_samples(others.plain)) if len(others.plain) else np.zeros(0)

    return _Detector(raw, raw(views))


def _neighbours(views: Views, seed: int, threads: int) -> _Detector:
    from sklearn.neighbors import NearestNeighbors

    rows = views.scaled
    is_sample = len(rows) > REFERENCE_ROWS
    if is_sample:
        rows = rows[np.random.default_rng(seed).choice(len(rows), REFERENCE_ROWS, replace=False)]
    count = min(NEIGHBOURS, max(1, len(rows) // 10), len(rows) - 1)
    if count < 1:
        return _Detector(lambda others: np.zeros(len(others.scaled)), np.zeros(len(views.scaled)))
    nearest = NearestNeighbors(n_neighbors=count, n_jobs=threads).fit(rows)

    def raw(others: Views) -> Floats:
        return np.asarray(nearest.kneighbors(others.scaled)[0]).mean(axis=1) if len(others.scaled) else np.zeros(0)

    # A row is its own nearest neighbour; in a sample hardly any row is.
    own = raw(views) if is_sample else np.asarray(nearest.kneighbors()[0]).mean(axis=1)
    return _Detector(raw, own)


def _histograms(views: Views, _seed: int, _threads: int) -> _Detector:
    tables = []
    for column in views.plain.T:
        heights, edges = np.histogram(column, bins=BINS)
        # One row added to each bin: an empty bin is rare, not impossible.
        tables.append((edges, -np.log((heights + 1) / (len(column) + BINS))))
    nowhere = float(np.log(len(views.plain) + BINS))

    def raw(others: Views) -> Floats:
        total = np.zeros(len(others.plain))
        for column, (edges, costs) in zip(others.plain.T, tables, strict=True):
            place = np.clip(np.searchsorted(edges, column, side="right") - 1, 0, BINS - 1)
            outside = (column < edges[0]) | (column > edges[-1])
            total += np.where(outside, nowhere, costs[place])
        return total

    return _Detector(raw, raw(views))


def _components(views: Views, _seed: int, _threads: int) -> _Detector:
    middle = views.squashed.mean(axis=0)
    centred = views.squashed - middle
    values, vectors = np.linalg.eigh(centred.T @ centred / len(centred))
    kept = values > 1e-9 * max(float(values[-1]), 1e-300)
    weights = vectors[:, kept] / np.sqrt(values[kept])

    def raw(others: Views) -> Floats:
        distance: Floats = np.square((others.squashed - middle) @ weights).sum(axis=1)
        return distance

    return _Detector(raw, raw(views))
