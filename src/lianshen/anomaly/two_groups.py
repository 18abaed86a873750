"""Effects of many institutions: most are alike, a few are not, and each is drawn towards its kind.

The prior is a narrow normal distribution for most and a wide one with the same mean for a few (B. Efron, Large-scale
inference, 2010, chapters 2 and 5), learned with EM from estimates and their standard errors. An institution's posterior
then depends on its own estimate alone, and so does its false discovery rate: the probability that an institution with
an estimate at least as high, known as well, is an ordinary one. Declaring what has at most q keeps the share of
ordinary ones among all that is declared at q, today and later, whoever else is judged; Benjamini and Hochberg's step
over a batch would make one institution's answer depend on the others.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from lianshen.anomaly.spec import Floats

WIDE = float(np.log(1.6))
"""Standard deviation of what the unusual few add, in logs."""
_ROUNDS = 200
_HALVINGS = 60
_COMMON_SPREAD, _COMMON_SHARE = 0.08, 0.05
_WORTH_MEAN, _WORTH_SPREAD, _WORTH_SHARE = 3.0, 8.0, 40.0
"""Institutions' worth of belief in no effect, in the common spread, and in the common share of unusual ones."""


@dataclass(frozen=True)
class Prior:
    """Mean and standard deviation of ordinary effects, and the share of institutions that are not ordinary."""

    mean: float
    spread: float
    share: float

    def as_facts(self) -> dict[str, float]:
        """Return what JSON holds."""
        return asdict(self)


@dataclass(frozen=True)
class Posterior:
    """Per institution: mean, equal-tailed 95 % interval, one-sided 95 % lower bound, and false discovery rate."""

    mean: Floats
    low: Floats
    high: Floats
    floor: Floats
    false_discovery: Floats


def learn_prior(estimate: Floats, error: Floats) -> Prior:
    """Return the prior that explains estimates with their standard errors; few of them hardly move the usual one."""
    mean, variance, share = 0.0, _COMMON_SPREAD**2, _COMMON_SHARE
    noise = np.square(error)
    for _ in range(_ROUNDS):
        weight = _weights(mean, variance, share, estimate, noise)
        kept = variance / (variance + noise)
        shrunk = mean + kept * (estimate - mean)
        mean = float((weight[0] / (variance + noise) * estimate).sum()) / (
            float((weight[0] / (variance + noise)).sum()) + _WORTH_MEAN / _COMMON_SPREAD**2
        )
        squares = np.square(shrunk - mean) + kept * noise
        variance = (float((weight[0] * squares).sum()) + _WORTH_SPREAD * _COMMON_SPREAD**2) / (
            float(weight[0].sum()) + _WORTH_SPREAD
        )
        share = (float(weight[1].sum()) + _WORTH_SHARE * _COMMON_SHARE) / (len(estimate) + _WORTH_SHARE)
    return Prior(mean, float(np.sqrt(variance)), share)


def posterior(prior: Prior, estimate: Floats, error: Floats) -> Posterior:
    """Return what is believed of each institution, given its own estimate and standard error."""
    noise = np.square(error)
    weight = _weights(prior.mean, prior.spread**2, prior.share, estimate, noise)
    variances = np.array([prior.spread**2, prior.spread**2 + WIDE**2])[:, None]
    kept = variances / (variances + noise)
    centre = prior.mean + kept * (estimate - prior.mean)
    width = np.sqrt(kept * noise)
    mean = (weight * centre).sum(axis=0)
    low, high, floor = (_quantile(weight, centre, width, level) for level in (0.025, 0.975, 0.05))
    return Posterior(mean, low, high, floor, _false_discovery(prior, estimate, noise))


def _false_discovery(prior: Prior, estimate: Floats, noise: Floats) -> Floats:
    from scipy.special import ndtr

    ordinary, unusual = (
        share * ndtr((prior.mean - estimate) / np.sqrt(prior.spread**2 + more + noise))
        for share, more in ((1 - prior.share, 0.0), (prior.share, WIDE**2))
    )
    found: Floats = ordinary / np.maximum(ordinary + unusual, 1e-300)
    return found


def _weights(mean: float, variance: float, share: float, estimate: Floats, noise: Floats) -> Floats:
    """Return the probability that each is ordinary, and that it is not (2 × institutions)."""
    total = np.array([variance, variance + WIDE**2])[:, None] + noise
    logs = np.log([[1 - share], [share]]) - 0.5 * np.log(total) - 0.5 * np.square(estimate - mean) / total
    odds = np.exp(logs - logs.max(axis=0)) if len(estimate) else logs
    found: Floats = odds / odds.sum(axis=0)
    return found


def _quantile(weight: Floats, centre: Floats, width: Floats, level: float) -> Floats:
    """Return a quantile of each mixture of two normal distributions, by halving."""
    from scipy.special import ndtr

    low, high = (centre - 9 * width).min(axis=0), (centre + 9 * width).max(axis=0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = (weight * ndtr((middle - centre) / width)).sum(axis=0) < level
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    found: Floats = (low + high) / 2
    return found
