"""A score's place among its peers: learned from the rows that were fitted, then only looked up.

A group with few rows borrows from the next wider one, as statistics of peers do.
"""

from __future__ import annotations

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.groups import EVERYTHING, look_up, members, names
from lianshen.anomaly.spec import Floats, Ints, Text

MARKS = np.concatenate([np.linspace(0, 0.95, 39), [0.96, 0.97, 0.98, 0.985, 0.99, 0.9925, 0.995, 0.9975, 0.999, 1]])
"""Where the distribution of a group's scores is kept: finely where findings are."""

Levels = tuple[tuple[str, ...], ...]


def learn_percentiles(frame: Frame, score: Floats, levels: Levels, least: int) -> dict[str, list[float]]:
    """Return by peer group its number of rows and its scores at ``MARKS``; groups below ``least`` rows have none.

    ``levels`` are columns of ``frame``, from the narrowest group to the widest; all rows together are always a group.
    """
    table: dict[str, list[float]] = {}
    for columns in (*levels, ()):
        for name, rows in members(names(frame, columns)):
            if len(rows) >= least or not columns:
                table[name] = [float(len(rows)), *(float(mark) for mark in np.quantile(score[rows], MARKS))]
    return table


def percentiles(
    frame: Frame, score: Floats, levels: Levels, table: dict[str, list[float]]
) -> tuple[Floats, Text, Ints]:
    """Return of each row its place among its peers (0 to below 1), the group's name, and how many rows it had.

    Where nothing was learned every place is 0, among no peers.
    """
    if not len(frame) or not table:
        nobody = np.full(len(frame), EVERYTHING, dtype=object)
        return np.zeros(len(frame)), nobody, np.zeros(len(frame), dtype=np.int64)
    group, kept = look_up(frame, levels, table)
    place = np.zeros(len(frame))
    for name, rows in members(group):
        count, *marks = table[name]
        # Equal marks (many rows with the same score) give the middle of their stretch.
        low = np.interp(score[rows], marks, MARKS, left=0, right=1)
        first = np.searchsorted(marks, score[rows], "left")
        last = np.searchsorted(marks, score[rows], "right")
        tied = last - first > 1
        low[tied] = (MARKS[np.minimum(first[tied], len(MARKS) - 1)] + MARKS[last[tied] - 1]) / 2
        place[rows] = np.minimum(low, count / (count + 1))
    return place, group, kept[:, 0].astype(np.int64)
