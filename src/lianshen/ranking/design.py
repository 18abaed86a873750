"""The design of the regression: for each unit the few columns that are not zero, and their values.

Columns are scaled by how far the effects of their group may reach, so that one penalty does for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lianshen.ranking.settings import OTHER, Effects
from lianshen.ranking.units import NOBODY, Floats, Ints, Units

GROUPS = ("family", "kind", "rule", "institution", "pair", "agency")
NUMBERS = ("severity", "score", "percentile")
LEAST_OF_PAIR = 3
INTERCEPT_REACH = 5.0
MOST_EFFECTS = 3_000
"""Of institutions and pairs together: the covariance is dense. Those decided most often are kept."""


@dataclass(frozen=True)
class Design:
    """Which column stands for what. Column 0 is the intercept, the last one is always zero: what is unknown."""

    effects: Effects
    columns: dict[tuple[str, str], int] = field(default_factory=dict)
    agency_of: dict[str, str] = field(default_factory=dict)
    """Of institutions: before which agency they were decided."""
    scores: Floats = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def learn(cls, effects: Effects, units: Units, prior_kinds: Iterable[tuple[str, str]]) -> Design:
        """Give a column to everything that was decided, and to every class and certainty of the prior."""
        columns: dict[tuple[str, str], int] = {("intercept", ""): 0}
        for number in NUMBERS:
            columns[number, ""] = len(columns)
        kinds = sorted({*prior_kinds, *zip(units.family, units.certainty, strict=True)})
        for family, certainty in kinds:
            columns.setdefault(("family", family), len(columns))
            columns.setdefault(("kind", f"{family}/{certainty}"), len(columns))
        many = [(n, "institution", name) for name, n in Counter(units.institution).items() if name]
        many += [(n, "pair", name) for name, n in Counter(units.pair).items() if n >= LEAST_OF_PAIR]
        kept = sorted(many, key=lambda one: (-one[0], one[1:]))[:MOST_EFFECTS]
        named = [("rule", name) for name in set(units.rule)] + [("agency", name) for name in set(units.agency) if name]
        for key in sorted([*named, *((group, name) for _, group, name in kept)]):
            columns.setdefault(key, len(columns))
        known = units.score[~np.isnan(units.score)]
        return cls(effects, columns, _whose(units), np.sort(known))

    @property
    def width(self) -> int:
        """Number of columns with the one that is always zero."""
        return len(self.columns) + 1

    def slots(self, units: Units) -> tuple[Ints, Floats]:
        """Return per unit the numbers of its columns and their values; shape (units, 10) each."""
        rows = len(units)
        zero = self.width - 1
        where = np.full((rows, 1 + len(NUMBERS) + len(GROUPS)), zero, dtype=np.int64)
        values = np.zeros(where.shape)
        where[:, 0], values[:, 0] = 0, INTERCEPT_REACH
        for place, name in enumerate(NUMBERS, start=1):
            where[:, place] = self.columns[name, ""]
            values[:, place] = self._number(name, units) * self.reach(name)
        families = [str(name) if ("family", str(name)) in self.columns else OTHER for name in units.family]
        kinds = [f"{family}/{certainty}" for family, certainty in zip(families, units.certainty, strict=True)]
        named: dict[str, Any] = {"family": families, "kind": kinds, "pair": units.pair}
        for place, group in enumerate(GROUPS, start=1 + len(NUMBERS)):
            names = named[group] if group in named else getattr(units, group)
            where[:, place] = [self.columns.get((group, str(name)), zero) for name in names]
            values[:, place] = np.where(where[:, place] == zero, 0.0, self.reach(group))
        return where, values

    def reach(self, group: str) -> float:
        """Return by how much a column of the group is scaled."""
        return float(getattr(self.effects, group))

    def _number(self, name: str, units: Units) -> Floats:
        if name == "severity":
            return units.severity - 2.0
        if name == "percentile":
            # Only what is near the top tells: 0.5 and below is like everybody, and like not being judged.
            return np.asarray(np.nan_to_num(np.maximum(units.percentile - 0.5, 0.0) * 4, nan=0.0), dtype=np.float64)
        if not len(self.scores):
            return np.zeros(len(units))
        below = np.searchsorted(self.scores, np.nan_to_num(units.score, nan=-np.inf), side="right")
        return np.where(np.isnan(units.score), 0.0, below / len(self.scores) * 2 - 1)

    def members(self, group: str, agency: str) -> list[int]:
        """Return the columns of a group whose institutions were decided before an agency."""
        return [
            column
            for (kind, name), column in self.columns.items()
            if kind == group and self.agency_of.get(name.rpartition("@")[2]) == agency
        ]

    @property
    def agencies(self) -> list[str]:
        """The agencies that decided something."""
        return sorted(name for group, name in self.columns if group == "agency")


def _whose(units: Units) -> dict[str, str]:
    """Return before which agency the findings of each institution were decided most often."""
    seen = Counter((str(i), str(a)) for i, a in zip(units.institution, units.agency, strict=True) if a != NOBODY)
    return {institution: agency for (institution, agency), _ in sorted(seen.items(), key=lambda one: (one[1], one[0]))}
