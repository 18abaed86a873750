"""Turns codes into numbers through lists that are stored with the fit; a code that is not in the list is missing."""

from __future__ import annotations

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.spec import AnomalyModel, Floats

MOST_CODES = 254
"""scikit-learn's histogram trees hold 255 bins, one of them for missing."""

Codes = dict[str, tuple[str, ...]]
"""For each categorical column its known codes, sorted; the position of a code is its number."""


def learn_codes(model: AnomalyModel, frame: Frame) -> Codes:
    """Return the codes that are frequent enough in ``frame``, at most 254 a column, the commonest first to get in."""
    learned = {}
    for name in model.categorical:
        values = frame[name]
        known, counts = np.unique(values[values != None].astype(str), return_counts=True)  # noqa: E711 - elementwise
        enough = counts >= model.thresholds.min_category_rows
        known, counts = known[enough], counts[enough]
        commonest = np.lexsort((known, -counts))[:MOST_CODES]
        learned[name] = tuple(sorted(str(code) for code in known[commonest]))
    return learned


def encode(model: AnomalyModel, frame: Frame, codes: Codes) -> Floats:
    """Return the matrix (rows × ``model.columns``) of float64; NaN is missing or unknown."""
    matrix = np.full((len(frame), len(model.columns)), np.nan)
    for position, name in enumerate(model.categorical):
        numbers = {code: float(number) for number, code in enumerate(codes[name])}
        matrix[:, position] = [numbers.get(value, np.nan) for value in frame[name]]
    for position, name in enumerate(model.numeric, start=len(model.categorical)):
        matrix[:, position] = frame[name]
    return matrix
