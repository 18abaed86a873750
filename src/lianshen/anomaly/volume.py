"""Days and counts beside the cost: what such a stay usually takes, with an interval.

A gradient-boosted Poisson regression gives the mean. Residuals are taken on the square-root scale, where counts vary
alike whatever their mean (M. Bartlett, Journal of the Royal Statistical Society Supplement 3, 1936), each from a fit
that never saw the row; their quantiles among the peers widen the mean to the interval (split conformal prediction
within groups, V. Vovk, 2012). Small groups of peers borrow from the next wider one.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.groups import look_up, members, names
from lianshen.anomaly.spec import AnomalyModel, Estimator, Floats

SHIFT = 0.375
"""Anscombe's constant: it evens the variance of small counts."""

Bands = dict[str, tuple[float, ...]]
"""Group name → (rows, low, high): what is added to the expectation, on the scale on which it is made."""


@dataclass(frozen=True)
class Volume:
    """Rows × counts, in the order of ``model.counts``: what was, what was to be expected, and its interval."""

    actual: Floats
    expected: Floats
    low: Floats
    high: Floats

    def where(self, mask: np.ndarray[Any, Any]) -> Volume:
        """Return the rows that ``mask`` (booleans or positions) picks."""
        return Volume(**{part.name: getattr(self, part.name)[mask] for part in fields(self)})


def estimator_name(count: str) -> str:
    """Return the name under which a count's estimator is kept."""
    return f"count_{count}"


def counts_of(model: AnomalyModel, frame: Frame) -> Floats:
    """Return rows × counts; a count that is missing is zero."""
    columns = [np.nan_to_num(frame[count.name].astype(np.float64)) for count in model.counts]
    return np.maximum(np.column_stack(columns), 0.0) if columns else np.empty((len(frame), 0))


def predicted_counts(model: AnomalyModel, estimators: dict[str, Estimator], matrix: Floats) -> Floats:
    """Return rows × counts: the expected mean."""
    if not len(matrix) or not model.counts:
        return np.zeros((len(matrix), len(model.counts)))
    return np.column_stack([estimators[estimator_name(count.name)].predict(matrix) for count in model.counts])


def learn_bands(
    frame: Frame, levels: tuple[tuple[str, ...], ...], low: Floats, high: Floats, miss: float, least: int
) -> Bands:
    """Return by group what has to be added below and above so that a share ``miss`` lies outside on each side.

    ``low`` and ``high`` are the residuals of each row against its lower and upper bound before anything is added.
    """
    learned: Bands = {}
    for columns in (*levels, ()):
        for name, rows in members(names(frame, columns)):
            if len(rows) >= least or not columns:
                # The finite-sample rank of conformal prediction.
                rank = min(1.0, (1 - miss) * (len(rows) + 1) / len(rows))
                learned[name] = (
                    float(len(rows)), -float(np.quantile(-low[rows], rank)), float(np.quantile(high[rows], rank)),
                )  # fmt: skip
    return learned


def learn_volume(model: AnomalyModel, frame: Frame, unseen: Floats) -> dict[str, Bands]:
    """Return by count the bands of its peers; ``unseen`` are predictions by fits that never saw the row."""
    residual = _scale(counts_of(model, frame)) - _scale(unseen)
    miss = model.quantiles[0]
    return {
        count.name: learn_bands(
            frame, model.peers, residual[:, place], residual[:, place], miss, model.thresholds.min_peers
        )
        for place, count in enumerate(model.counts)
    }


def expect_volume(model: AnomalyModel, frame: Frame, mean: Floats, bands: dict[str, Bands]) -> Volume:
    """Return what each row's counts were and were to be expected to be."""
    low, high = mean.copy(), mean.copy()
    for place, count in enumerate(model.counts):
        added = look_up(frame, model.peers, bands[count.name])[1]
        middle = _scale(mean[:, place])
        low[:, place] = np.floor(np.minimum(_unscale(middle + added[:, 1]), mean[:, place]))
        high[:, place] = np.ceil(np.maximum(_unscale(middle + added[:, 2]), mean[:, place]))
    return Volume(counts_of(model, frame), mean, low, high)


def _scale(count: Floats) -> Floats:
    return np.sqrt(count + SHIFT)


def _unscale(root: Floats) -> Floats:
    return np.maximum(np.square(np.maximum(root, 0.0)) - SHIFT, 0.0)
