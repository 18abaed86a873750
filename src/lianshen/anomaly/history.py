"""An institution's month against its own months before, in step with its level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lianshen.anomaly.change import Bools, jumps
from lianshen.anomaly.features import Frame
from lianshen.anomaly.indicators import Measured
from lianshen.anomaly.spec import Floats
from lianshen.anomaly.windows import month_before

COMPLETE = 0.5
"""A month in which the level sent less than this part of what it sends now, per day, was not received whole."""
MONTHS = 12
LEAST_BEFORE = 5
"""Settlements in a month of history; with fewer the institution was not yet open, or only just."""


@dataclass(frozen=True)
class Growth:
    """Settlements per day of each row, the expectation from its history, the log ratio and its error by chance."""

    actual: Floats
    expected: Floats
    y: Floats
    s: Floats
    months: Floats
    is_jump: Bools


def growth_of(now: Frame, history: Frame) -> Growth:
    """Compare each institution month of ``now`` with the twelve before, of ``history`` (views of institution_month).

    A month before is counted in what the level sends today: settlements per day times how much more the level has now.
    """
    days = np.maximum(history["days"], 1)
    known: dict[str, list[tuple[int, float, float]]] = {}
    for key, month, n, peers in zip(
        history.key, history["setl_month"], history["n"] / days, history["peers_n"] / days, strict=True
    ):
        known.setdefault(key, []).append((_number(month), float(n), float(peers)))
    actual = now["n"] / np.maximum(now["days"], 1)
    level = now["peers_n"] / np.maximum(now["days"], 1)
    table = np.full((len(now), MONTHS), np.nan)
    for row, (key, month) in enumerate(zip(now.key, now["setl_month"], strict=True)):
        for number, n, peers in known.get(key, []):
            back = _number(month) - number
            if 1 <= back <= MONTHS and peers >= COMPLETE * level[row] and n * 30 >= LEAST_BEFORE:
                table[row, back - 1] = n * level[row] / peers
    found = jumps(table, actual)
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log(actual / found.expected)
        s = np.sqrt(1 / now["n"] + 1 / np.maximum(found.expected * 30 * found.months, 1))
    return Growth(actual, found.expected, y, s, found.months, found.is_jump)


def month_on_month(now: Frame, history: Frame) -> Measured:
    """Return each institution month of ``now`` against the one before, in step with its level, as a log ratio.

    ``history`` may hold several rows (counties) of an institution and month; NaN where the month was not received.
    """
    held: dict[tuple[str, str], list[float]] = {}
    for key, month, n, days, peers in zip(
        history.key, history["setl_month"], history["n"], history["days"], history["peers_n"], strict=True
    ):
        one = held.setdefault((key, month), [0.0, float(days), float(peers)])
        one[0] += float(n)
    ratio, error = np.full(len(now), np.nan), np.full(len(now), np.nan)
    for row, (key, month) in enumerate(zip(now.key, now["setl_month"], strict=True)):
        before, this = held.get((key, month_before(month))), held[(key, month)]
        if before is None or before[2] / before[1] < COMPLETE * this[2] / this[1]:
            continue
        ratio[row] = (this[0] / this[2]) / (before[0] / before[2])
        error[row] = np.sqrt(1 / this[0] + 1 / before[0])
    with np.errstate(invalid="ignore"):
        return Measured(ratio, np.log(ratio), error)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:])
