"""The day on which a revolving fund runs dry, if it is paid out as in the last weeks and nobody refills it.

The outflow of a day is the mean of the last weeks' days of the same sort, worked or not: four sorts would need months
of history, two need a fortnight. The interval takes the scatter of single days and the uncertainty of the means.
A day of another order, such as arrears paid at once, is no pattern: what lies more than five scaled median absolute
deviations above the median of its sort (Hampel, JASA 69, 1974) is counted up to there, and the day is named unusual.
Floating point stays in this file; what leaves it are dates and whole fen.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lianshen.workdays import Workdays

WINDOW = 56
"""Days that are looked back on: eight weeks."""
LEAST_DAYS = 14
LEAST_WORKED = 8
HORIZON = 730
_EIGHTY_PERCENT = 1.2816
_FENCE = 5
_NORMAL = 1.4826
"""Makes the median absolute deviation of a normal distribution its standard deviation."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """``state`` is DRY_ON, BEYOND_HORIZON or NOT_ENOUGH_HISTORY; the days are set for DRY_ON only.

    ``earliest`` and ``latest`` bound the day in four of five cases; ``latest`` is None when it lies beyond the horizon.
    ``unusual`` are the days that were counted up to the fence only; ``daily_fen`` is the mean after that.
    """

    state: str
    days_used: int
    daily_fen: int | None = None
    dry_on: date | None = None
    earliest: date | None = None
    latest: date | None = None
    unusual: tuple[date, ...] = ()


def forecast(balance_fen: int, outflow: Sequence[tuple[date, int]], workdays: Workdays) -> Forecast:
    """Return when ``balance_fen`` is used up after the last day of ``outflow`` (day, fen paid), one row per day."""
    days = sorted(outflow)[-WINDOW:]
    days = [(day, fen) for day, fen in days if (days[-1][0] - day).days < WINDOW]
    paid: dict[bool, list[int]] = {True: [], False: []}
    for day, fen in days:
        paid[workdays.is_workday(day)].append(fen)
    if len(days) < LEAST_DAYS or len(paid[True]) < LEAST_WORKED or not paid[False]:
        return Forecast("NOT_ENOUGH_HISTORY", len(days))
    fences = {worked: _fence(fens) for worked, fens in paid.items()}
    unusual = tuple(day for day, fen in days if fen > fences[workdays.is_workday(day)])
    groups = {worked: [min(float(fen), fences[worked]) for fen in fens] for worked, fens in paid.items()}
    means = {worked: sum(fens) / len(fens) for worked, fens in groups.items()}
    spread = {worked: _variance(fens, means[worked]) for worked, fens in groups.items()}
    daily = round(sum(sum(fens) for fens in groups.values()) / len(days))
    if balance_fen <= 0:
        last = days[-1][0]
        return Forecast("DRY_ON", len(days), daily, last, last, last, unusual)
    found = _walk(float(balance_fen), days[-1][0], means, spread, {w: len(g) for w, g in groups.items()}, workdays)
    dry, earliest, latest = found
    if dry is None:
        return Forecast("BEYOND_HORIZON", len(days), daily, earliest=earliest, unusual=unusual)
    return Forecast("DRY_ON", len(days), daily, dry, earliest, latest, unusual)


def _fence(values: list[int]) -> float:
    """Return the amount above which a day is of another order; where most days are alike there is none."""
    middle = statistics.median(values)
    deviation = statistics.median(abs(value - middle) for value in values)
    return middle + _FENCE * _NORMAL * deviation if deviation else math.inf


def _variance(values: list[float], mean: float) -> float:
    return sum((value - mean) ** 2 for value in values) / max(len(values) - 1, 1)


def _walk(
    balance: float,
    last: date,
    means: dict[bool, float],
    spread: dict[bool, float],
    known: dict[bool, int],
    workdays: Workdays,
) -> tuple[date | None, date | None, date | None]:
    """Return the first days on which the expected, the upper and the lower cumulated outflow reach the balance."""
    counts = {True: 0, False: 0}
    dry: date | None = None
    earliest: date | None = None
    latest: date | None = None
    for step in range(1, HORIZON + 1):
        day = last + timedelta(days=step)
        counts[workdays.is_workday(day)] += 1
        expected = sum(counts[sort] * means[sort] for sort in counts)
        variance = sum(n * spread[sort] + n * n * spread[sort] / known[sort] for sort, n in counts.items())
        margin = _EIGHTY_PERCENT * math.sqrt(variance)
        if earliest is None and expected + margin >= balance:
            earliest = day
        if dry is None and expected >= balance:
            dry = day
        if expected - margin >= balance:
            latest = day
            break
    return dry, earliest, latest
