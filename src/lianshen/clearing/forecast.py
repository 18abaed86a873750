"""The day on which a revolving fund runs dry, if it is paid out as in the last weeks and nobody refills it.

The outflow of a day is the mean of the last weeks' days of the same sort, worked or not: four sorts would need months
of history, two need a fortnight. The interval takes the scatter of single days and the uncertainty of the means.
Floating point stays in this file; what leaves it are dates and whole fen.
"""

from __future__ import annotations

import math
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


@dataclass(frozen=True, slots=True)
class Forecast:
    """``state`` is DRY_ON, BEYOND_HORIZON or NOT_ENOUGH_HISTORY; the days are set for DRY_ON only.

    ``earliest`` and ``latest`` bound the day in four of five cases; ``latest`` is None when it lies beyond the horizon.
    """

    state: str
    days_used: int
    daily_fen: int | None = None
    dry_on: date | None = None
    earliest: date | None = None
    latest: date | None = None


def forecast(balance_fen: int, outflow: Sequence[tuple[date, int]], workdays: Workdays) -> Forecast:
    """Return when ``balance_fen`` is used up after the last day of ``outflow`` (day, fen paid), one row per day."""
    days = sorted(outflow)[-WINDOW:]
    days = [(day, fen) for day, fen in days if (days[-1][0] - day).days < WINDOW]
    groups: dict[bool, list[int]] = {True: [], False: []}
    for day, fen in days:
        groups[workdays.is_workday(day)].append(fen)
    if len(days) < LEAST_DAYS or len(groups[True]) < LEAST_WORKED or not groups[False]:
        return Forecast("NOT_ENOUGH_HISTORY", len(days))
    means = {worked: sum(fens) / len(fens) for worked, fens in groups.items()}
    spread = {worked: _variance(fens, means[worked]) for worked, fens in groups.items()}
    daily = round(sum(fen for _, fen in days) / len(days))
    if balance_fen <= 0:
        last = days[-1][0]
        return Forecast("DRY_ON", len(days), daily, last, last, last)
    found = _walk(float(balance_fen), days[-1][0], means, spread, {w: len(g) for w, g in groups.items()}, workdays)
    dry, earliest, latest = found
    if dry is None:
        return Forecast("BEYOND_HORIZON", len(days), daily, earliest=earliest)
    return Forecast("DRY_ON", len(days), daily, dry, earliest, latest)


def _variance(values: list[int], mean: float) -> float:
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
