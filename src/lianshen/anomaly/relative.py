"""Features as distances from the peers: (value - median) in robust spreads of the narrowest group that is large enough.

Medians and spreads are learned and then only looked up. What a distance says can be said back in the feature's own
unit, exactly: that is what reasons are made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lianshen.anomaly.calibration import Levels
from lianshen.anomaly.features import Frame
from lianshen.anomaly.groups import look_up, members, names
from lianshen.anomaly.spec import Floats, Text

FARTHEST = 50.0
"""Beyond so many spreads a value is far away, and how far says nothing more."""
_TO_SIGMA = 1.4826

Table = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Aspect:
    """One numeric feature. ``least`` is the smallest spread that is believed, in the column's own unit.

    ``form`` says how it is shown: the column of ``yuan``, ``count`` and ``ratio`` is a logarithm, ``count`` of the
    number plus ``plus``; ``share`` and ``number`` stand as they are.
    """

    name: str
    title_zh: str
    form: Literal["yuan", "count", "ratio", "share", "number"]
    least: float
    unit_zh: str = ""
    plus: int = 0

    def shown(self, value: float) -> str:
        """Return a value of the column in Chinese."""
        if self.form == "share":
            return f"{value:.1%}"
        if self.form == "number":
            return f"{value:.0f}{self.unit_zh}"
        plain = float(np.exp(value)) - self.plus
        if self.form == "yuan":
            return f"{plain:.2f}元"
        return f"{plain:.0f}{self.unit_zh}" if self.form == "count" else f"{plain:.1f}{self.unit_zh}"


def learn_relative(frame: Frame, aspects: Sequence[Aspect], levels: Levels, least_rows: int) -> Table:
    """Return by peer group its rows, and median and spread of every aspect; small groups have none of their own."""
    matrix = _matrix(frame, aspects)
    floors = np.array([aspect.least for aspect in aspects])
    table: Table = {}
    for columns in (*levels, ()):
        for name, rows in members(names(frame, columns)):
            if len(rows) >= least_rows or not columns:
                some = matrix[rows]
                middle = np.nan_to_num(np.nanmedian(some, axis=0))
                spread = np.nan_to_num(_TO_SIGMA * np.nanmedian(np.abs(some - middle), axis=0))
                pairs = np.column_stack([middle, np.maximum(spread, floors)])
                table[name] = [float(len(rows)), *(float(value) for value in pairs.ravel())]
    return table


@dataclass(frozen=True)
class Relative:
    """Rows × aspects: distance, value, the peers' median and spread; and the peer group of each row."""

    distance: Floats
    value: Floats
    middle: Floats
    spread: Floats
    group: Text
    rows: Floats


def relative(frame: Frame, aspects: Sequence[Aspect], levels: Levels, table: Table) -> Relative:
    """Return how far each row lies from its peers; a missing value lies at their median."""
    group, held = look_up(frame, levels, table)
    value = _matrix(frame, aspects)
    middle, spread = held[:, 1::2], held[:, 2::2]
    distance = np.clip(np.nan_to_num((value - middle) / spread), -FARTHEST, FARTHEST)
    return Relative(distance, value, middle, spread, group, held[:, 0])


def learn_rarity(frame: Frame, within: tuple[str, ...], column: str) -> dict[str, list[float]]:
    """Return the rows of each group ``within``, and of each value of ``column`` in it, by name."""
    table = {}
    for columns in (within, (*within, column)):
        for name, rows in members(names(frame, columns)):
            table[name] = [float(len(rows))]
    return table


def rarity(frame: Frame, within: tuple[str, ...], column: str, table: dict[str, list[float]]) -> Floats:
    """Return the share of the value of ``column`` in its group, NaN where either is not known; 1 row is added."""
    found = []
    for columns in (within, (*within, column)):
        named = names(frame, columns)
        known = {name: table.get(name, [0.0])[0] for name in set(named) - {None}}
        found.append(np.array([np.nan if name is None else known[name] for name in named], dtype=np.float64))
    whole, part = found
    return np.where(whole > 0, (part + 1) / (whole + 1), np.nan)


def _matrix(frame: Frame, aspects: Sequence[Aspect]) -> Floats:
    return np.column_stack([np.asarray(frame[aspect.name], dtype=np.float64) for aspect in aspects])
