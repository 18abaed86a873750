"""Outliers of any table of features: four detectors that fail in different places, put together on one scale.

An isolation forest, the distance to the nearest neighbours, histograms and principal components
(:mod:`lianshen.anomaly.detectors`). Each detector's score is measured by how many robust spreads it lies above the
median of the fitted rows; the logarithms of that are averaged, so that a row which one detector finds extreme stays
extreme, and none shouts the others down (H.-P. Kriegel and others, Interpreting and unifying outlier scores, SDM 2011;
C. Aggarwal, S. Sathe, Theoretical foundations and algorithms for outlier ensembles, SIGKDD Explorations 17, 2015).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lianshen.anomaly.detectors import KINDS, Components, Detector, Forest, Histograms, Neighbours
from lianshen.anomaly.frames import FrameEncoder
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.spec import Floats

if TYPE_CHECKING:
    from pandas import DataFrame, Series

REFERENCE_ROWS = 20_000
"""Rows that neighbours are looked for among; more would cost time and change little."""
AT_ONCE = 100_000


class OutlierEnsemble:
    """Fitted on one frame, scores any frame with the same columns: higher is stranger, a row by itself."""

    def __init__(
        self, frame: DataFrame, *, seed: int = 0, threads: int = 1, reference_rows: int = REFERENCE_ROWS
    ) -> None:
        """Fit on ``frame`` (rows × features, numeric, boolean, date or categorical, missing allowed).

        Neighbours are looked for among at most ``reference_rows`` rows: a million rows are scored against 2,500 in
        half a minute, against 20,000 in a few.

        :raises FrameRefused: if nothing can be learned from the frame.
        """
        self.encoder = FrameEncoder(frame)
        views = self.encoder.views(frame)
        self.detectors: tuple[Detector, ...] = (
            Forest.fit(views, seed, threads),
            Neighbours.fit(views, seed, threads, reference_rows),
            Histograms.fit(views, seed, threads),
            Components.fit(views, seed, threads),
        )
        self._own = np.column_stack([detector.own(views) for detector in self.detectors])
        self.middle = np.median(self._own, axis=0)
        self.spread = _spread(self._own, self.middle)

    def strangeness(self, frame: DataFrame) -> Floats:
        """Return each detector's strangeness of each row: rows × detectors, above 0, about 0.5 for ordinary rows."""
        parts = []
        for start in range(0, max(len(frame), 1), AT_ONCE):
            views = self.encoder.views(frame.iloc[start : start + AT_ONCE])
            parts.append(self._unified(np.column_stack([detector.raw(views) for detector in self.detectors])))
        return np.vstack(parts)

    def own_strangeness(self) -> Floats:
        """Return the same of the fitted rows, none of them compared with itself."""
        return self._unified(self._own)

    def score(self, frame: DataFrame) -> Series[float]:
        """Return per row a score from 0 (ordinary) towards 1 (stranger than any row that was fitted)."""
        return _put_together(self.strangeness(frame), frame)

    def as_learned(self) -> Learned:
        """Return what was fitted in the shape that is stored; the fitted rows themselves are left out."""
        facts = {"encoder": self.encoder.as_facts(), "middle": self.middle.tolist(), "spread": self.spread.tolist()}
        return Learned(facts, {detector.name: detector.kept() for detector in self.detectors})

    @classmethod
    def of(cls, facts: Mapping[str, Any], estimators: Mapping[str, Any]) -> OutlierEnsemble:
        """Return the ensemble that was stored; it scores, and knows nothing of the rows that it was fitted on."""
        made = cls.__new__(cls)
        made.encoder = FrameEncoder.of(facts["encoder"])
        made.detectors = tuple(kind(estimators[kind.name]) for kind in KINDS)
        made.middle, made.spread = np.array(facts["middle"]), np.array(facts["spread"])
        made._own = np.zeros((0, len(made.detectors)))
        return made

    def _unified(self, raw: Floats) -> Floats:
        found: Floats = np.log1p(np.logaddexp(0, (raw - self.middle) / self.spread))
        return found


def score(frame: DataFrame, *, seed: int = 0, threads: int = 1) -> Series[float]:
    """Return how strange each row of ``frame`` is among the rows of ``frame``, from 0 towards 1, on its index.

    Columns may be numeric, boolean, dates or categories; values may be missing; scales do not matter. To score rows
    against others fit :class:`OutlierEnsemble` on those.

    :raises FrameRefused: for a frame without rows or in which no column varies.
    """
    return _put_together(OutlierEnsemble(frame, seed=seed, threads=threads).own_strangeness(), frame)


def _spread(own: Floats, middle: Floats) -> Floats:
    """Return the median distance from the median; where most rows score alike, the standard deviation."""
    spread = 1.4826 * np.median(np.abs(own - middle), axis=0)
    common = own.std(axis=0)
    found: Floats = np.where(spread > 1e-9 * np.maximum(common, 1e-300), spread, np.where(common > 0, common, 1.0))
    return found


def _put_together(strangeness: Floats, frame: DataFrame) -> Series[float]:
    from pandas import Series

    return Series(1 - np.exp(-strangeness.mean(axis=1)), index=frame.index, name="score")
