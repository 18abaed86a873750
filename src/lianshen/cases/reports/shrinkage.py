"""Rates of small counts, drawn towards what all agencies have in common, and ranks that say how sure they are.

Two of two in time is not better than ninety-eight of a hundred. Each agency's true rate is taken as drawn from one
Beta distribution, whose mean and strength the agencies' own counts give (parametric empirical Bayes: Morris 1983,
JASA 78:47–55; the counts are then beta-binomial, Skellam 1948, JRSS B 10:257–261)::

    p_i ~ Beta(m·s, (1−m)·s)          k_i | p_i ~ Binomial(n_i, p_i)
    shrunk_i = (m·s + k_i) / (s + n_i) = w_i·m + (1−w_i)·k_i/n_i,   w_i = s / (s + n_i)

The mean m is the pooled rate with half a success and half a failure added. The strength s is the likeliest after the
counts, where before them every weight w of a typical agency was as likely as another (uniform shrinkage prior:
Christiansen & Morris 1997, JASA 92:618–632): counts that say nothing of how far agencies differ give w = 1/2. Ranks
are those of rates drawn from the posteriors: the expected rank orders, and its 5th and 95th percentile are printed
beside it (Goldstein & Spiegelhalter 1996, JRSS A 159:385–443).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma, log

import numpy as np
from numpy.typing import NDArray

LEAST, MOST = 1.0, 1000.0
"""Bounds of the strength, in cases: as much as one case, or as a thousand."""
STRENGTHS = np.geomspace(LEAST, MOST, 181)
DRAWS = 4_000
SEED = 18
"""Of the draws: the same counts give the same ranks. The article that asks for the assessment."""
LOW, HIGH = 5.0, 95.0


@dataclass(frozen=True)
class Prior:
    """What the agencies have in common: the mean rate, and how many cases of one agency it is worth."""

    mean: float
    strength: float

    def shrink(self, successes: float, trials: float) -> float:
        """Return the rate drawn towards the mean; without trials it is the mean."""
        return (self.mean * self.strength + successes) / (self.strength + trials)


@dataclass(frozen=True)
class Standing:
    """Where one agency stands in one measure. ``raw`` and the rank are None where nothing was counted."""

    successes: float
    trials: float
    raw: float | None
    shrunk: float
    low: float
    high: float
    rank: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None


def fit_prior(successes: Sequence[float], trials: Sequence[float]) -> Prior:
    """Return what the counts of all agencies say they have in common; counts may be fractions of effective sizes."""
    mean = (sum(successes) + 0.5) / (sum(trials) + 1.0)
    typical = max(1.0, float(np.median([n for n in trials if n > 0] or [1.0])))
    weights = [
        _log_likelihood(mean, strength, successes, trials) + log(strength) - 2 * log(strength + typical)
        for strength in STRENGTHS.tolist()
    ]
    return Prior(mean, float(STRENGTHS[int(np.argmax(weights))]))


def _log_likelihood(mean: float, strength: float, successes: Sequence[float], trials: Sequence[float]) -> float:
    a, b = mean * strength, (1 - mean) * strength
    return sum(
        _log_beta(a + k, b + n - k) - _log_beta(a, b) for k, n in zip(successes, trials, strict=True) if n > 0
    )  # fmt: skip


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def draw(prior: Prior, successes: Sequence[float], trials: Sequence[float], seed: int = SEED) -> NDArray[np.float64]:
    """Return rates drawn from the posteriors: ``DRAWS`` rows, one column per agency."""
    k, n = np.asarray(successes, float), np.asarray(trials, float)
    a = prior.mean * prior.strength + k
    b = (1 - prior.mean) * prior.strength + n - k
    return np.random.default_rng(seed).beta(a, b, size=(DRAWS, len(k)))


def ranks(drawn: NDArray[np.float64], *, higher_is_better: bool) -> list[tuple[int, int, int]]:
    """Return for each column its rank by expected rank, and the 5th and 95th percentile of its ranks; 1 is best."""
    ordered = np.argsort(np.argsort(-drawn if higher_is_better else drawn, axis=1), axis=1) + 1
    expected = ordered.mean(axis=0)
    place = np.argsort(np.argsort(expected, kind="stable"), kind="stable") + 1
    low, high = np.percentile(ordered, [LOW, HIGH], axis=0)
    return [(int(place[i]), int(np.floor(low[i])), int(np.ceil(high[i]))) for i in range(drawn.shape[1])]


def standings(
    successes: Sequence[float], trials: Sequence[float], *, higher_is_better: bool = True, seed: int = SEED
) -> tuple[Prior, list[Standing], NDArray[np.float64]]:
    """Return the prior, each agency's standing, and the draws behind them. Only agencies with trials are ranked."""
    prior = fit_prior(successes, trials)
    drawn = draw(prior, successes, trials, seed)
    low, high = np.percentile(drawn, [LOW, HIGH], axis=0)
    counted = [i for i, n in enumerate(trials) if n > 0]
    placed = dict(zip(counted, ranks(drawn[:, counted], higher_is_better=higher_is_better), strict=True))
    none = (None, None, None)
    return (
        prior,
        [
            Standing(
                k, n, k / n if n > 0 else None, prior.shrink(k, n), float(low[i]), float(high[i]), *placed.get(i, none)
            )
            for i, (k, n) in enumerate(zip(successes, trials, strict=True))
        ],
        drawn,
    )
