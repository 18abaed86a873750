"""How far what comes in has moved from what a version was fitted on.

The population stability index (PSI) of two distributions over the same bins: the sum of (q - p) ln(q / p). Below 0.1 a
distribution is called stable, from 0.25 shifted. The bins are learned with the fit and stored in its document, so that
every later period is held against the same ones. Chance alone gives a PSI too: about (1/n + 1/m) times a chi-square of
one less than the bins (B. Yurdakul, Statistical properties of population stability index, 2018); what lies below its
95 % point says nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lianshen.anomaly.calibration import MARKS
from lianshen.anomaly.features import Frame
from lianshen.anomaly.fitted import Fit
from lianshen.anomaly.groups import EVERYTHING
from lianshen.anomaly.spec import AnomalyModel, Floats

STABLE, SHIFTED = 0.1, 0.25
BINS = 10
MOST_CODES = 20
MOST_DISTINCT = 200
"""A text with more values than this is a name or an id: its distribution says nothing."""

IDS = ("doctor", "person", "setl_id", "mdtrt_id")
NAMES = ("_id", "_code", "_zh", "_month")
LEAST_ROWS = 50
"""Fewer rows of a period, mostly late ones, are not held against training."""

Bins = dict[str, Any]
"""``kind`` number: ``edges``; ``kind`` code: ``codes``. ``counts``: training rows by bin; the last is what is missing,
of codes the one before it every other code."""
Baseline = dict[str, Any]
"""``features``: bins by name; ``score``: the bins of the scores, where there were any."""


def word_zh(psi: float, noise: float) -> str:
    """Return what a PSI means: nothing where chance alone would give it."""
    if psi < STABLE or psi < noise:
        return "稳定"
    return "有变化，留意" if psi < SHIFTED else "明显变化"


def baseline_of_fit(model: AnomalyModel, frame: Frame, fit: Fit) -> Baseline:
    """Return the bins of a fit's columns, and of the scores of rows by fits that never saw them."""
    rows, *marks = fit.places[EVERYTHING]
    edges = [float(np.interp(place / BINS, MARKS, marks)) for place in range(1, BINS)]
    score = {"kind": "number", "edges": edges, "counts": [rows / BINS] * BINS + [0.0]}
    return {"features": {name: learn_bins(frame[name]) for name in model.columns}, "score": score}


def baseline_of_frames(frames: dict[str, Frame], score: Floats | None) -> Baseline:
    """Return the bins of every column of a subject model's frames that has a distribution, and of its scores."""
    features = {
        f"{view}.{name}": learn_bins(values)
        for view, frame in frames.items()
        for name, values in list(frame.columns.items())[1:]
        if len(frame) and name not in IDS and not name.endswith(NAMES) and has_distribution(values)
    }
    return {"features": features, "score": None if score is None or not len(score) else learn_bins(score)}


def has_distribution(values: np.ndarray[Any, Any]) -> bool:
    """Return whether a column is a number or a code: no date, list, name or id."""
    if values.dtype.kind in "iufb":
        return True
    known = [value for value in values if value is not None] if values.dtype == object else []
    if not known or not all(isinstance(value, str) for value in known):
        return False
    return len(set(known)) <= min(MOST_DISTINCT, max(2, len(known) // 2))


def learn_bins(values: np.ndarray[Any, Any]) -> Bins:
    """Return the bins of a column: tenths of a number, the commonest of codes; with the rows of each."""
    if values.dtype == object:
        known, counts = np.unique([value for value in values if value is not None], return_counts=True)
        commonest = np.lexsort((known, -counts))[:MOST_CODES]
        made: Bins = {"kind": "code", "codes": sorted(str(known[place]) for place in commonest)}
    else:
        number = values.astype(np.float64)
        number = number[~np.isnan(number)]
        edges = np.unique(np.quantile(number, np.arange(1, BINS) / BINS)) if len(number) else np.empty(0)
        made = {"kind": "number", "edges": edges.tolist()}
    return {**made, "counts": count(made, values).tolist()}


def count(bins: Bins, values: np.ndarray[Any, Any]) -> Floats:
    """Return how many of ``values`` fall into each bin."""
    if bins["kind"] == "code":
        place = {code: number for number, code in enumerate(bins["codes"])}
        size, missing = len(place) + 2, len(place) + 1
        where = [missing if value is None else place.get(str(value), len(place)) for value in values]
    else:
        number = values.astype(np.float64)
        size, missing = len(bins["edges"]) + 2, len(bins["edges"]) + 1
        where = np.where(np.isnan(number), missing, np.searchsorted(bins["edges"], number, "right")).tolist()
    return np.bincount(np.array(where, dtype=np.int64), minlength=size).astype(np.float64)


def psi(bins: Bins, values: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Return the PSI of ``values`` against the bins' own rows, and the 95 % point of what chance alone gives."""
    from scipy.stats import chi2

    before, now = np.array(bins["counts"], dtype=np.float64), count(bins, values)
    used = (before > 0) | (now > 0)
    before, now = before[used], now[used]
    if not before.sum() or not now.sum() or len(now) < 2:
        return 0.0, 0.0
    # Half a row in every bin, so that an empty one does not make the index infinite.
    p, q = ((side + 0.5) / (side.sum() + 0.5 * len(side)) for side in (before, now))
    noise = chi2.ppf(0.95, len(now) - 1) * (1 / before.sum() + 1 / now.sum())
    return float(((q - p) * np.log(q / p)).sum()), float(noise)
