"""Groups from narrow to wide: what a row's narrowest group with enough rows says, down to all rows together.

Both the peer statistics and the shares of the charge categories are looked up this way. A group is
named by its values: ``icd3=J18, level=TERTIARY``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.spec import Floats, Ints, Text

EVERYTHING = "all"


def names(frame: Frame, columns: tuple[str, ...]) -> Text:
    """Return for each row the name of its group by ``columns``; None where one of them is missing."""
    code, known = _coded(frame, columns)
    return known[code]


def members(named: Text) -> Iterator[tuple[str, Ints]]:
    """Yield each group's name with the positions of its rows, by name."""
    code, found = _factors(named)
    order = np.argsort(code, kind="stable")
    bounds = np.searchsorted(code[order], np.arange(len(found) + 1))
    for number in sorted(range(len(found)), key=lambda one: str(found[one])):
        yield str(found[number]), order[bounds[number] : bounds[number + 1]]


def look_up(
    frame: Frame, levels: tuple[tuple[str, ...], ...], table: dict[str, tuple[float, ...]]
) -> tuple[Text, Floats]:
    """Return for each row the narrowest group that ``table`` holds, and what it holds (rows × values)."""
    place = {name: number for number, name in enumerate(table)}
    chosen = np.full(len(frame), -1, dtype=np.int64)
    for columns in (*levels, ()):
        code, known = _coded(frame, columns)
        # The last of ``known`` is None, for rows in which a column is missing.
        held = np.array([place.get(name, -1) for name in known], dtype=np.int64)
        chosen = np.where(chosen < 0, held[code], chosen)
    width = len(next(iter(table.values()), ()))
    values = np.array([*table.values()], dtype=np.float64).reshape(len(table), width)
    return np.array([*table, None], dtype=object)[chosen], values[chosen]


def _coded(frame: Frame, columns: tuple[str, ...]) -> tuple[Ints, Text]:
    """Return the number of each row's group, and the names of the groups; the last name is None."""
    if not columns:
        return np.zeros(len(frame), dtype=np.int64), np.array([EVERYTHING, None], dtype=object)
    code = np.zeros(len(frame), dtype=np.int64)
    missing = np.zeros(len(frame), dtype=bool)
    for column in columns:
        value, _ = _factors(frame[column])
        missing |= value < 0
        # Groups are numbered anew with each column, so that the numbers stay small.
        code = _factors(code * (int(value.max(initial=0)) + 2) + value + 1)[0]
    code[missing] = -1
    first = np.full(int(code.max(initial=-1)) + 1, -1, dtype=np.int64)
    rows = np.flatnonzero(~missing)
    first[code[rows[::-1]]] = rows[::-1]
    known = np.array([None] * (len(first) + 1), dtype=object)
    for number, row in enumerate(first.tolist()):
        if row >= 0:
            known[number] = ", ".join(f"{column}={frame[column][row]}" for column in columns)
    return code, known


def _factors(values: Any) -> tuple[Ints, Any]:
    """Return the number of each value, in the order in which they come, -1 for a missing one; and the values."""
    import pandas as pd

    code, found = pd.factorize(values)
    return code.astype(np.int64), found
