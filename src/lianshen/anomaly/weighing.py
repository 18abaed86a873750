"""Marks of a scheme weighed into one score: by stated weights, and by verdicts as far as there are any.

Logistic regression whose coefficients have the stated weights as their prior mean (maximum a posteriori, Newton's
steps): without verdicts the weights are those stated, and each verdict moves them a little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lianshen.anomaly.spec import Floats

MOST = 6.0
"""A mark further out than this many standard deviations says no more."""
PER_WEIGHT = 0.25
"""Logit that one standard deviation of a mark of weight one adds."""
PRECISION = 40.0
"""How sure the stated weights are: about as sure as so many verdicts."""
STEPS = 25


def marks_of(z: Floats) -> Floats:
    """Return what of ``z`` (units × marks) counts: the part above the peers, bounded; unknown is nothing."""
    return np.clip(np.nan_to_num(z), 0.0, MOST)


def weigh(z: Floats, weights: Sequence[float]) -> Floats:
    """Return the weighted sum of each unit's marks."""
    total: Floats = marks_of(z) @ np.asarray(weights, dtype=np.float64)
    return total


def learn_weights(z: Floats, label: Floats, stated: Mapping[str, float]) -> dict[str, float]:
    """Return the weights by mark; ``label`` is 1 for upheld, 0 for dismissed, NaN for never decided."""
    known = np.isfinite(label)
    prior = np.array(list(stated.values()), dtype=np.float64) * PER_WEIGHT
    if not known.any():
        return dict(stated)
    marks = np.column_stack([np.ones(int(known.sum())), marks_of(z[known])])
    middle = np.concatenate([[0.0], prior])
    # The height of the line is free, so that many dismissals alone do not turn the marks round.
    precision = np.concatenate([[0.01], np.full(len(prior), PRECISION)])
    beta = middle.copy()
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(marks @ beta, -30, 30)))
        gradient = marks.T @ (label[known] - chance) - precision * (beta - middle)
        curve = (marks * (chance * (1 - chance))[:, None]).T @ marks + np.diag(precision)
        step = np.linalg.solve(curve, gradient)
        beta = beta + step
        if float(np.max(np.abs(step))) < 1e-9:
            break
    # A mark that verdicts turn against counts for nothing; it never speaks for an institution.
    learned = np.maximum(beta[1:], 0.0) / PER_WEIGHT
    return {name: float(value) for name, value in zip(stated, learned, strict=True)}
