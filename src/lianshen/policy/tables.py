"""All packs as arrays: one row per pack and stretch of days on which none of its values changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lianshen.policy.pack import Pack
from lianshen.policy.series import gap
from lianshen.policy.shape import CHRONIC, CLINIC, HIGHEST, PARAMETERS, STAY, Parameter
from lianshen.policy.values import absent, pad
from lianshen.settlement import Ints

FAMILIES = (STAY, CLINIC, CHRONIC)
_DAYS = 10_000_000
"""More days than the calendar has; a pack's key is its number times this, plus the day."""


class Tables:
    """``value[name]`` has shape (rows, axes of the parameter…); ``row_of`` finds the row of a pack on a day."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.packs = tuple(packs)
        stretches = [
            (number, start) for number, pack in enumerate(self.packs)
            for start in sorted({start for series in pack.series.values() for start in series.starts})
        ]  # fmt: skip
        self.pack_of_row = np.array([number for number, _ in stretches], dtype=np.int64)
        self.start_of_row = [start for _, start in stretches]
        self._keys = np.array([number * _DAYS + _day(start) for number, start in stretches], dtype=np.int64)
        self.position: dict[str, Ints] = {}
        self.value: dict[str, Ints] = {}
        for parameter in PARAMETERS.values():
            self._fill(parameter)
        gaps = [np.any([self.position[name] < 0 for name in _needed(family)], axis=0) for family in FAMILIES]
        self.has_gap = np.stack(gaps, axis=1)
        self.reviewed = np.array([_day(pack.reviewed_through) for pack in self.packs], dtype=np.int64)
        self.age_points = _by_age(self.value["inpatient.age_bonus"])
        self._cities, self.same_city = self._groups()

    def _fill(self, parameter: Parameter) -> None:
        name = parameter.name
        positions, cells = [], []
        for number, start in zip(self.pack_of_row, self.start_of_row, strict=True):
            series = self.packs[number].series.get(name)
            position = -1 if series is None else series.find(start)
            positions.append(position)
            entry = None if series is None or position < 0 else series.entries[position].numbers
            cells.append(absent(parameter) if entry is None else entry)
        self.position[name] = np.array(positions, dtype=np.int64)
        if parameter.is_text:
            return
        if parameter.unit in {"slices", "ages"}:
            most = max((cell.shape[-1] for cell in cells), default=1)
            cells = [pad(cell, most) for cell in cells]
        self.value[name] = np.stack(cells) if cells else np.zeros((0, *absent(parameter).shape), dtype=np.int64)

    def _groups(self) -> tuple[dict[str, int], Ints]:
        """Return a number for each pool of a same-city agreement, and the groups of each (row, number) as bits."""
        name = "practice.same_city"
        groups = []
        for row, position in enumerate(self.position[name]):
            value = self.packs[self.pack_of_row[row]].series[name].entries[position].value if position >= 0 else {}
            groups.append(list(value.values()) if isinstance(value, dict) else [])
        pools = sorted({pool for one in groups for group in one for pool in group})
        cities = {pool: number for number, pool in enumerate(pools, 1)}
        bits = np.zeros((len(groups), len(pools) + 1), dtype=np.int64)
        for row, one in enumerate(groups):
            for bit, group in enumerate(one):
                bits[row, [cities[pool] for pool in group]] |= 1 << bit
        return cities, bits

    def city_of(self, pool: str | None) -> int:
        """Return the number of a pool in :attr:`same_city`, 0 where no agreement names it."""
        return self._cities.get(pool or "", 0)

    def row_of(self, pack: Ints, day: NDArray[np.datetime64]) -> Ints:
        """Return the row of each settlement, or -1 on a day before the first value of its pack."""
        days = day.astype("datetime64[D]").astype(np.int64)
        row = np.searchsorted(self._keys, pack * _DAYS + np.maximum(days, 0), side="right") - 1
        found = (row >= 0) & (pack >= 0)
        found[found] = self.pack_of_row[row[found]] == pack[found]
        return np.where(found, row, -1)

    def gap(self, pack: int, row: int, family: str, day: date) -> str:
        """Return the message for a day without a value that the family of care needs."""
        owner = self.packs[pack]
        for name in _needed(family):
            if row < 0 or self.position[name][row] < 0:
                return gap(owner.id, name, day, owner.series[name].starts[0])
        raise LookupError(f"{owner.id}: no gap on {day}")


def _needed(family: str) -> list[str]:
    return [p.name for p in PARAMETERS.values() if family in p.families and not p.optional]


def _by_age(steps: Ints) -> Ints:
    """Return the points for each (row, age in whole years) from (row, 2, k) of ages and points."""
    ages = np.arange(HIGHEST["age"] + 1)
    reached = (ages[None, :, None] >= steps[:, None, 0, :]).sum(axis=2)
    points = np.concatenate([np.zeros((len(steps), 1), dtype=np.int64), steps[:, 1, :]], axis=1)
    return np.asarray(np.take_along_axis(points, reached, axis=1), dtype=np.int64)


def _day(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()
