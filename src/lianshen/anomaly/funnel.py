"""Funnel limits that hold when institutions differ by more than chance.

Each unit has a value ``y`` (a log ratio, or a difference of shares) with the standard error ``s`` that chance alone
gives it. Units differ for reasons that no case mix knows, so limits from ``s`` alone name half of a province. The
correction is the additive one of Spiegelhalter (2005), "Handling over-dispersion of performance indicators", Quality
and Safety in Health Care 14:347-351: a variance between units. It is found as Paule and Mandel (1982) find it, where
the winsorised squared z are what chance gives: the units that a funnel is to find do not widen it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, exp, pi, sqrt
from statistics import NormalDist

import numpy as np

from lianshen.anomaly.spec import Floats

WINSORISED = 0.2
"""Part of the units at each end whose z counts as that of the next unit within: a small peer group with several schemes
in it still has the funnel that it would have without them. Spiegelhalter takes a tenth."""
STEPS = 60


@dataclass(frozen=True, slots=True)
class Funnel:
    """Where the middle lies and how much units differ beyond chance: ``units`` of them were looked at."""

    units: float
    centre: float
    between: float
    """Variance between units, in the square of the value's unit."""

    def z(self, y: Floats, s: Floats) -> Floats:
        """Return how many standard deviations, of chance and of units, each value lies above the centre."""
        return (y - self.centre) / np.sqrt(np.square(s) + self.between)

    def limit(self, s: Floats, z: float) -> Floats:
        """Return the value that lies ``z`` above the centre for each standard error."""
        return self.centre + z * np.sqrt(np.square(s) + self.between)


def winsorise(values: Floats, share: float = WINSORISED) -> Floats:
    """Return the values with the outer ``share`` at each end drawn in to the quantile there."""
    low, high = np.quantile(values, (share, 1 - share))
    return np.clip(values, low, high)


def winsorised_square(share: float = WINSORISED) -> float:
    """Return the mean square of winsorised standard normal values: what pure chance gives."""
    if share <= 0:
        return 1.0
    edge = NormalDist().inv_cdf(1 - share)
    inner = erf(edge / sqrt(2)) - 2 * edge * exp(-(edge**2) / 2) / sqrt(2 * pi)
    return inner + 2 * share * edge**2


def between_variance(y: Floats, s: Floats, centre: float, share: float = WINSORISED) -> float:
    """Return the variance between units at which the winsorised squared z are what chance gives.

    Zero when they are less without any. ``s`` is positive. The mean square falls as the variance grows, so halving an
    interval finds it.
    """
    wanted = winsorised_square(share)

    def mean_square(variance: float) -> float:
        z = (y - centre) / np.sqrt(np.square(s) + variance)
        return float(np.mean(np.square(winsorise(z, share))))

    if len(y) < 2 or mean_square(0.0) <= wanted:
        return 0.0
    low, high = 0.0, float(np.max(np.square(y - centre))) / wanted + 1e-12
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if mean_square(middle) > wanted else (low, middle)
    return high


def weighted_median(y: Floats, weight: Floats) -> float:
    """Return the value with half of the weight on either side."""
    order = np.argsort(y, kind="stable")
    passed = np.cumsum(weight[order])
    return float(y[order][np.searchsorted(passed, passed[-1] / 2)])


def learn_funnel(y: Floats, s: Floats, share: float = WINSORISED) -> Funnel:
    """Return the funnel of units ``y`` with standard errors ``s`` (equal lengths, at least one unit)."""
    centre, between = float(np.median(y)), 0.0
    for _ in range(3):
        between = between_variance(y, s, centre, share)
        centre = weighted_median(y, 1 / (np.square(s) + between))
    return Funnel(float(len(y)), centre, between)


def drawn(own: Funnel, wider: Funnel, prior: float) -> Funnel:
    """Return ``own`` as if ``prior`` more of its units had been like the wider group's: small groups say little."""
    weight = own.units / (own.units + prior)
    return Funnel(
        own.units,
        weight * own.centre + (1 - weight) * wider.centre,
        weight * own.between + (1 - weight) * wider.between,
    )
