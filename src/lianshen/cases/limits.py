"""Limits for rates: who lies farther from the peers than chance and their ordinary differences explain. Pure.

The funnel follows Spiegelhalter, *Funnel plots for comparing institutional performance* (Statistics in Medicine 24,
2005): a target, binomial limits around it by the size of an institution, widened by the square root of the
over-dispersion of the peers, which is estimated from winsorised residuals so that the outliers that are looked for
do not hide themselves. The chart of months has three standard deviations of its own months.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import asin, sqrt

Z95, Z998 = 1.96, 3.09
NEAR = 0.25
"""How far the size of a month may be from the average, as a part of it, to have the limits of the average."""
WINSORISED = 0.1
"""Share of the residuals at either end that is pulled in to the next one."""


@dataclass(frozen=True)
class Rate:
    """``hits`` of ``size``; hits beyond the size, which corrections can leave behind, count as all of it."""

    hits: int
    size: int

    @property
    def value(self) -> float:
        return min(self.hits, self.size) / self.size if self.size else 0.0


@dataclass(frozen=True)
class Funnel:
    """The rate of all peers together, and by how much they differ among themselves beyond chance (at least 1)."""

    target: float
    dispersion: float
    peers: int

    def limits(self, size: float, z: float) -> tuple[float, float]:
        """Return the lower and the upper limit for an institution of a size."""
        spread = z * sqrt(self.dispersion * self.target * (1 - self.target) / size) if size else 1.0
        return max(0.0, self.target - spread), min(1.0, self.target + spread)

    def place(self, rate: Rate) -> int:
        """Return where a rate lies: 2 above the 99.8 % limit, 1 above the 95 % limit, 0 within, -1 and -2 below."""
        if not rate.size:
            return 0
        for z, far in ((Z998, 2), (Z95, 1)):
            low, high = self.limits(rate.size, z)
            if rate.value > high:
                return far
            if rate.value < low:
                return -far
        return 0


def funnel(rates: Iterable[Rate]) -> Funnel:
    """Return the funnel of some peers; a peer without size says nothing."""
    every = [rate for rate in rates if rate.size]
    size = sum(rate.size for rate in every)
    if not every or not size:
        return Funnel(0.0, 1.0, 0)
    target = sum(min(rate.hits, rate.size) for rate in every) / size
    centre = asin(sqrt(target))
    # On the arcsine scale the spread of a share does not depend on the share, which is small here.
    residuals = winsorised([2 * sqrt(rate.size) * (asin(sqrt(rate.value)) - centre) for rate in every])
    dispersion = sum(one * one for one in residuals) / len(residuals)
    return Funnel(target, max(1.0, dispersion), len(every))


def winsorised(values: Sequence[float], share: float = WINSORISED) -> list[float]:
    """Return the values in order, those of the outer ``share`` at either end pulled in to the next one."""
    ordered = sorted(values)
    cut = int(len(ordered) * share)
    if not cut:
        return ordered
    low, high = ordered[cut], ordered[-cut - 1]
    return [min(high, max(low, value)) for value in ordered]


@dataclass(frozen=True)
class Month:
    """One month of a chart: its rate, its limits, and whether it lies beyond them."""

    month: str
    rate: Rate
    low: float
    high: float

    @property
    def is_beyond(self) -> bool:
        return bool(self.rate.size) and not self.low <= self.rate.value <= self.high


def month_chart(months: Sequence[tuple[str, Rate]]) -> tuple[float, list[Month]]:
    """Return the centre of a chart of months and the months with their limits of three standard deviations.

    Months whose size is within a quarter of the average have the limits of the average, as control charts of unequal
    groups usually do: a band that jumps with every holiday hides the month that left it.
    """
    size = sum(rate.size for _, rate in months)
    centre = sum(min(rate.hits, rate.size) for _, rate in months) / size if size else 0.0
    average = size / max(1, sum(1 for _, rate in months if rate.size))
    shown = []
    for month, rate in months:
        usual = average if abs(rate.size - average) <= NEAR * average else rate.size
        spread = 3 * sqrt(centre * (1 - centre) / usual) if rate.size else 1.0
        shown.append(Month(month, rate, max(0.0, centre - spread), min(1.0, centre + spread)))
    return centre, shown
