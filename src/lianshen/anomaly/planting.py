"""What probes have in common: choosing where to plant, raising what was summed up, adding rows to a frame.

Every function returns new frames and leaves those that it is given as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame, Lists
from lianshen.anomaly.spec import Floats, Ints, Text

SHARE = 0.1
FEWEST, MOST = 5, 40
Sums = tuple[str, str, str]
"""Columns with the number of values, their sum, and the sum of their squares."""


def how_many(eligible: int) -> int:
    """Return how many of so many to plant in: a tenth, 5 to 40; none where planted ones would not be few."""
    return 0 if eligible < 3 * FEWEST else int(np.clip(round(SHARE * eligible), FEWEST, MOST))


def choose(rng: np.random.Generator, eligible: Iterable[Any]) -> list[str]:
    """Return the subjects to plant in, drawn from the distinct ``eligible`` ones in whatever order they come."""
    names = distinct(eligible)
    return [names[place] for place in rng.permutation(len(names))[: how_many(len(names))]]


def graded(many: int, low: float, high: float) -> Floats:
    """Return ``many`` strengths from ``low`` to ``high``, each the same factor above the one before."""
    return np.asarray(np.geomspace(low, high, many))


def of_rows(keys: Text, subjects: Sequence[str], strength: Floats, otherwise: float = 1.0) -> Floats:
    """Return of each row the strength of its subject, ``otherwise`` where nothing is planted."""
    known = dict(zip(subjects, strength.tolist(), strict=True))
    return np.array([known.get(str(key), otherwise) for key in keys], dtype=np.float64)


def raised(
    frame: Frame, factor: Floats, *, logs: Sequence[Sums] = (), sums: Sequence[Sums] = (), amounts: Sequence[str] = ()
) -> Frame:
    """Return the frame as if every value behind a row had been ``factor`` times what it was.

    ``logs`` are sums of logarithms, ``sums`` of the values themselves; ``amounts`` are whole numbers such as fen.
    """
    columns = dict(frame.columns)
    shift = np.log(factor)
    for n, total, square in logs:
        columns[square] = frame[square] + 2 * shift * frame[total] + frame[n] * shift**2
        columns[total] = frame[total] + frame[n] * shift
    for _, total, square in sums:
        columns[total], columns[square] = frame[total] * factor, frame[square] * factor**2
    for name in amounts:
        columns[name] = np.where(factor == 1, frame[name], np.rint(frame[name] * factor)).astype(frame[name].dtype)
    return with_columns(frame, columns)


def with_columns(frame: Frame, columns: dict[str, np.ndarray[Any, Any]]) -> Frame:
    """Return the rows of ``frame`` with some columns replaced; its key stays the first one."""
    held = {**frame.columns, **columns}
    return Frame(held[next(iter(frame.columns))], held, frame.lists)


def copies(frame: Frame, rows: Ints | Sequence[int], **changes: Any) -> Frame:
    """Return copies of ``rows`` with ``changes`` by column: a value for all of them, or a list with one for each."""
    taken = frame.where(np.asarray(rows, dtype=np.int64))
    columns = {}
    for name, value in changes.items():
        columns[name] = np.empty(len(taken), dtype=frame[name].dtype)
        columns[name][:] = value
    return with_columns(taken, columns)


def joined(first: Frame, *more: Frame) -> Frame:
    """Return the rows of all frames, one after the other."""
    frames = (first, *more)
    columns = {name: np.concatenate([one[name] for one in frames]) for name in first.columns}
    lists = {
        name: Lists(
            np.concatenate([one.lists[name].values for one in frames]),
            np.concatenate([one.lists[name].counts for one in frames]),
        )
        for name in first.lists
    }
    return Frame(columns[next(iter(first.columns))], columns, lists)


def lists_of(frame: Frame, row: int) -> dict[str, np.ndarray[Any, Any]]:
    """Return a row's lists by name."""
    return {name: values.where(np.array([row])).values for name, values in frame.lists.items()}


def with_lists(frame: Frame, lists: Mapping[str, Sequence[np.ndarray[Any, Any]]]) -> Frame:
    """Return the rows of ``frame`` with other lists, by name one for each row."""
    made = {
        name: Lists(
            np.concatenate([frame.lists[name].values[:0], *given]),
            np.array([len(one) for one in given], dtype=np.int64),
        )
        for name, given in lists.items()
    }
    return Frame(frame.key, frame.columns, {**frame.lists, **made})


def distinct(values: Iterable[Any]) -> list[str]:
    """Return the different values that are not missing, sorted."""
    return sorted({str(one) for one in values if one is not None})
