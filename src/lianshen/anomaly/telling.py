"""Of which subjects more than a score is told: findings, and those that come close to being one.

A night judges every doctor of a province, and most of them are as their peers are. Sentences and settlements are made
for those that somebody may open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from lianshen.anomaly.spec import Floats, Text
from lianshen.anomaly.subject import Bools

TOLD = 0.9
"""Percentile among the peers from which reasons and settlements are kept."""
Made = TypeVar("Made")


def is_told(percentile: Floats, is_finding: Bools) -> Bools:
    """Return of which subjects reasons and settlements are kept."""
    return np.asarray(is_finding | (percentile >= TOLD))


def names_told(told: Bools, subjects: Text) -> Text:
    """Return the subjects, with None for those of which nothing is told."""
    names = subjects.copy()
    names[~told] = None
    return names


def tell(told: Bools, make: Callable[[int], Made], otherwise: Callable[[], Made]) -> list[Made]:
    """Return ``make(row)`` of each row that is told, and ``otherwise()`` of the others."""
    return [make(row) if one else otherwise() for row, one in enumerate(told.tolist())]
