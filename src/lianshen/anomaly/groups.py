"""Groups from narrow to wide: what a row's narrowest group with enough rows says, down to all rows together.

Both the peer statistics and the shares of the charge categories are looked up this way. A group is
named by its values: ``icd3=J18, level=TERTIARY``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.spec import Floats, Ints, Text

EVERYTHING = "all"


def names(frame: Frame, columns: tuple[str, ...]) -> Text:
    """Return for each row the name of its group by ``columns``; None where one of them is missing."""
    named = np.empty(len(frame), dtype=object)
    if not columns:
        named[:] = EVERYTHING
        return named
    for row, values in enumerate(zip(*(frame[column] for column in columns), strict=True)):
        if None not in values:
            named[row] = ", ".join(f"{column}={value}" for column, value in zip(columns, values, strict=True))
    return named


def members(named: Text) -> Iterator[tuple[str, Ints]]:
    """Yield each group's name with the positions of its rows, by name."""
    present = np.flatnonzero(named != None)  # noqa: E711 - elementwise
    found, inverse = np.unique(named[present].astype(str), return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    bounds = np.searchsorted(inverse[order], np.arange(len(found) + 1))
    for number, name in enumerate(found):
        yield str(name), present[order[bounds[number] : bounds[number + 1]]]


def look_up(
    frame: Frame, levels: tuple[tuple[str, ...], ...], table: dict[str, tuple[float, ...]]
) -> tuple[Text, Floats]:
    """Return for each row the narrowest group that ``table`` holds, and what it holds (rows × values)."""
    chosen = np.empty(len(frame), dtype=object)
    for columns in (*levels, ()):
        named = names(frame, columns)
        for row in np.flatnonzero(chosen == None):  # noqa: E711 - elementwise
            if named[row] in table:
                chosen[row] = named[row]
    width = len(next(iter(table.values()), ()))
    return chosen, np.array([table[name] for name in chosen], dtype=np.float64).reshape(len(frame), width)
