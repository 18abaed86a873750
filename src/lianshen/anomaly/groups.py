"""Groups from narrow to wide: what a row's narrowest group with enough rows says, down to all rows together.

Both the peer statistics and the shares of the charge categories are looked up this way. A group is
named by its values: ``icd3=J18, level=TERTIARY``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.spec import Floats, Ints, Text

EVERYTHING = "all"
_MOST_GROUPS = 2**62


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
    frame: Frame, levels: tuple[tuple[str, ...], ...], table: Mapping[str, Sequence[float]]
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
    code, first = coded_by(frame, columns)
    values = [frame[column][first] for column in columns]
    named = [", ".join(map("{}={}".format, columns, row)) for row in zip(*values, strict=True)]
    return code, np.array([*named, None], dtype=object)


def coded_by(frame: Frame, columns: tuple[str, ...]) -> tuple[Ints, Ints]:
    """Return the number of each row's group by ``columns``, -1 where one is missing; and each group's first row.

    Groups are numbered in the order in which they come, hence first rows ascend.
    """
    code = np.zeros(len(frame), dtype=np.int64)
    missing = np.zeros(len(frame), dtype=bool)
    groups = 1
    for column in columns:
        value, values = frame.factors(column)
        missing |= value < 0
        if groups * (len(values) + 1) >= _MOST_GROUPS:
            code, groups = _numbered_anew(code), len(code) + 1
        code = code * (len(values) + 1) + value + 1
        groups *= len(values) + 1
    code[missing] = -1
    code = _numbered_anew(code)
    found, first = np.unique(code, return_index=True)
    return code, first[found >= 0]


def _numbered_anew(code: Ints) -> Ints:
    import pandas as pd

    number = np.full(len(code), -1, dtype=np.int64)
    known = code >= 0
    number[known] = pd.factorize(code[known])[0]
    return number


def _factors(values: Any) -> tuple[Ints, Any]:
    """Return the number of each value, in the order in which they come, -1 for a missing one; and the values."""
    import pandas as pd

    code, found = pd.factorize(values)
    return code.astype(np.int64), found
