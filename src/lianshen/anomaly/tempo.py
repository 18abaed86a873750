"""How many settlements an hour with any settlement sees, given how many there are: card rushing beside ordinary crowds.

Settlements that come by chance over ``H`` open hours fill ``H (1 - exp(-n / H))`` of them: a large shop has more an
hour without being any stranger. The open hours of a day are learned for each level, as those that leave the median
absolute log ratio smallest.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.indicators import Measured
from lianshen.anomaly.spec import Floats

HOURS = np.arange(2.0, 24.01, 0.25)
USUAL = 10.0
LEAST_ROWS = 5


def learn_hours(frame: Frame) -> dict[str, float]:
    """Return the open hours of a day by level, from views of institution_month; levels with few rows have none."""
    learned = {}
    for level in np.unique(frame["level"].astype(str)):
        rows = frame.where(frame["level"] == level)
        if len(rows) >= LEAST_ROWS:
            off = [float(np.sum(rows["n"] * np.abs(_ratio(rows, np.full(len(rows), hours))))) for hours in HOURS]
            learned[str(level)] = float(HOURS[int(np.argmin(off))])
    return learned


def tempo(frame: Frame, hours: Mapping[str, float]) -> Measured:
    """Return settlements per hour with any, and the logarithm of it over what the number of settlements explains."""
    open_a_day = np.array([hours.get(level, USUAL) for level in frame["level"]], dtype=np.float64)
    actual = frame["n"] / np.maximum(frame["open_hours"], 1)
    return Measured(actual, _ratio(frame, open_a_day), 1 / np.sqrt(np.maximum(frame["n"], 1).astype(np.float64)))


def _ratio(frame: Frame, hours: Floats) -> Floats:
    whole = hours * np.maximum(frame["days"], 1)
    filled = whole * -np.expm1(-frame["n"] / whole)
    ratio: Floats = np.log(filled / np.maximum(frame["open_hours"], 1))
    return ratio
