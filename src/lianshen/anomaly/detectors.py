"""Four detectors of outliers that fail in different places; each learns from the views of one frame.

``raw`` gives scores of views, ``own`` those of the fitted rows among themselves; higher is stranger. What a detector
learned is arrays and, for the forest, an estimator of scikit-learn: ``kept`` and ``of`` store it and bring it back.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from lianshen.anomaly.frames import Views
from lianshen.anomaly.spec import Floats

TREES = 200
SAMPLE = 256
NEIGHBOURS = 100
BINS = 10

Kept = dict[str, Any]


class Detector(ABC):
    """One detector, fitted."""

    name: ClassVar[str]

    @abstractmethod
    def raw(self, others: Views) -> Floats:
        """Return how strange rows are, on the detector's own scale."""

    @abstractmethod
    def kept(self) -> Kept:
        """Return what is stored: arrays, or an estimator of scikit-learn."""

    def own(self, views: Views) -> Floats:
        """Return how strange the fitted rows are, none compared with itself; ``views`` are those it was fitted on."""
        return self.raw(views)


class Forest(Detector):
    """What few random cuts separate (F. T. Liu, K. M. Ting, Z.-H. Zhou, ICDM 2008)."""

    name = "forest"

    def __init__(self, kept: Mapping[str, Any]) -> None:
        self.forest = kept["forest"]

    @classmethod
    def fit(cls, views: Views, seed: int, threads: int) -> Forest:
        """Fit on ``views``."""
        from sklearn.ensemble import IsolationForest

        rows = min(SAMPLE, len(views.plain))
        forest = IsolationForest(n_estimators=TREES, max_samples=rows, random_state=seed, n_jobs=threads)
        return cls({"forest": forest.fit(views.plain)})

    def raw(self, others: Views) -> Floats:
        return -np.asarray(self.forest.score_samples(others.plain)) if len(others.plain) else np.zeros(0)

    def kept(self) -> Kept:
        return {"forest": self.forest}


class Neighbours(Detector):
    """What lies alone: the mean distance to the nearest rows (F. Angiulli, C. Pizzuti, PKDD 2002)."""

    name = "neighbours"

    def __init__(self, kept: Mapping[str, Any], *, is_sample: bool = True, threads: int = 1) -> None:
        from sklearn.neighbors import NearestNeighbors

        self.rows, self.count, self.is_sample = np.asarray(kept["rows"]), int(kept["count"][0]), is_sample
        self.threads = threads
        self.nearest = NearestNeighbors(n_neighbors=max(self.count, 1), n_jobs=threads).fit(self.rows)

    @classmethod
    def fit(cls, views: Views, seed: int, threads: int, most: int) -> Neighbours:
        """Fit on ``views``; neighbours are looked for among at most ``most`` rows, drawn at random."""
        rows = views.scaled
        is_sample = len(rows) > most
        if is_sample:
            rows = rows[np.random.default_rng(seed).choice(len(rows), most, replace=False)]
        # Of a sample, as large a part of the rows as of 20,000; fewer than twenty would be chance.
        wanted = max(20, most * NEIGHBOURS // 20_000) if is_sample else NEIGHBOURS
        count = min(wanted, max(1, len(rows) // 10), len(rows) - 1)
        return cls({"rows": rows, "count": np.array([count])}, is_sample=is_sample, threads=threads)

    def raw(self, others: Views) -> Floats:
        if self.count < 1 or not len(others.scaled):
            return np.zeros(len(others.scaled))
        return self._mean_distance(others.scaled)

    def own(self, views: Views) -> Floats:
        # A row is its own nearest neighbour; in a sample hardly any row is.
        if self.count < 1 or self.is_sample:
            return self.raw(views)
        return self._mean_distance(None)

    def _mean_distance(self, rows: Floats | None) -> Floats:
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        # Whatever n_jobs says, distances are computed by as many threads as there are cores, which wait by spinning.
        with threadpool_limits(self.threads):
            found: Floats = np.asarray(self.nearest.kneighbors(rows)[0]).mean(axis=1)
        return found

    def kept(self) -> Kept:
        return {"rows": self.rows, "count": np.array([self.count])}


class Histograms(Detector):
    """Rare values of single columns (M. Goldstein, A. Dengel, KI 2012)."""

    name = "histograms"

    def __init__(self, kept: Mapping[str, Any]) -> None:
        self.edges, self.costs = np.asarray(kept["edges"]), np.asarray(kept["costs"])
        self.nowhere = float(kept["nowhere"][0])

    @classmethod
    def fit(cls, views: Views, _seed: int, _threads: int) -> Histograms:
        """Fit on ``views``."""
        edges, costs = [], []
        for column in views.plain.T:
            heights, bounds = np.histogram(column, bins=BINS)
            # One row added to each bin: an empty bin is rare, not impossible.
            edges.append(bounds)
            costs.append(-np.log((heights + 1) / (len(column) + BINS)))
        nowhere = np.array([np.log(len(views.plain) + BINS)])
        return cls({"edges": np.array(edges), "costs": np.array(costs), "nowhere": nowhere})

    def raw(self, others: Views) -> Floats:
        total = np.zeros(len(others.plain))
        for column, edges, costs in zip(others.plain.T, self.edges, self.costs, strict=True):
            place = np.clip(np.searchsorted(edges, column, side="right") - 1, 0, BINS - 1)
            outside = (column < edges[0]) | (column > edges[-1])
            total += np.where(outside, self.nowhere, costs[place])
        return total

    def kept(self) -> Kept:
        return {"edges": self.edges, "costs": self.costs, "nowhere": np.array([self.nowhere])}


class Components(Detector):
    """Broken dependence: the distance along principal components, tails drawn in (M.-L. Shyu and others, 2003)."""

    name = "components"

    def __init__(self, kept: Mapping[str, Any]) -> None:
        self.middle, self.weights = np.asarray(kept["middle"]), np.asarray(kept["weights"])

    @classmethod
    def fit(cls, views: Views, _seed: int, _threads: int) -> Components:
        """Fit on ``views``."""
        middle = views.squashed.mean(axis=0)
        centred = views.squashed - middle
        values, vectors = np.linalg.eigh(centred.T @ centred / len(centred))
        there = values > 1e-9 * max(float(values[-1]), 1e-300)
        return cls({"middle": middle, "weights": vectors[:, there] / np.sqrt(values[there])})

    def raw(self, others: Views) -> Floats:
        distance: Floats = np.square((others.squashed - self.middle) @ self.weights).sum(axis=1)
        return distance

    def kept(self) -> Kept:
        return {"middle": self.middle, "weights": self.weights}


KINDS: tuple[type[Forest | Neighbours | Histograms | Components], ...] = (Forest, Neighbours, Histograms, Components)
