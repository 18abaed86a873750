"""How far a profile of several indicators lies from its peers', where only one direction is a concern.

The indicators' z values are winsorised before their correlation is learned, and the correlation is drawn towards
independence (Ledoit and Wolf 2004, with a fixed weight): few institutions, or a few strange ones among them, do not
bend the measure. The distance is Mahalanobis's over what lies above the peers; what lies below adds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lianshen.anomaly.spec import Floats

DRAWN = 0.3
EDGE = 2.5
"""A z counts as no more than this when correlations are learned."""


def learn_correlation(z: Floats) -> list[list[float]]:
    """Return the correlation of the columns of ``z`` (units × indicators, NaN where unknown counts as usual)."""
    known = np.clip(np.nan_to_num(z), -EDGE, EDGE)
    columns = z.shape[1]
    matrix = np.eye(columns)
    used = np.flatnonzero(known.std(axis=0) > 0) if len(z) > 2 else np.zeros(0, dtype=np.int64)
    if len(used) > 1:
        found = np.corrcoef(known[:, used], rowvar=False)
        matrix[np.ix_(used, used)] = (1 - DRAWN) * found + DRAWN * np.eye(len(used))
    return [[float(value) for value in row] for row in matrix]


def adverse_distance(z: Floats, correlation: Sequence[Sequence[float]]) -> Floats:
    """Return the distance of each row of ``z`` over its positive part; zero where nothing lies above the peers."""
    above = np.maximum(np.nan_to_num(z), 0.0)
    inverse = np.linalg.inv(np.asarray(correlation, dtype=np.float64))
    square = np.einsum("ij,jk,ik->i", above, inverse, above)
    distance: Floats = np.sqrt(np.maximum(square, 0.0))
    return distance
