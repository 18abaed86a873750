"""What is decided on: all findings of one check in one case. Arrays, so that a whole casebook is ranked at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Text = NDArray[np.object_]

NOBODY = ""
"""Who drops at the first review: never upholding anything, an effect of its own could not be told from the rest."""


@dataclass(frozen=True)
class Units:
    """One entry per case and check, arrays of equal length. Amounts in fen; what is missing is NaN or empty."""

    case_no: Text
    rule: Text
    certainty: Text
    severity: Floats
    institution: Text
    agency: Text
    """Whose leniency shows in the decision; for open cases, whom they are with."""
    score: Floats
    percentile: Floats
    counted: Ints
    exposure: Ints

    @property
    def family(self) -> Text:
        """The letters of the check's id: its class."""
        return np.array([str(rule).split("-")[0] for rule in self.rule], dtype=object)

    @property
    def pair(self) -> Text:
        """Check and institution together."""
        return np.array([f"{r}@{i}" for r, i in zip(self.rule, self.institution, strict=True)], dtype=object)

    def __len__(self) -> int:
        return len(self.case_no)

    def take(self, rows: NDArray[np.bool_] | Ints) -> Units:
        """Return some of the entries."""
        return Units(**{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})


@dataclass(frozen=True)
class Decisions:
    """Units that were decided, oldest first: whether they were upheld, which share of the amount stayed, and when."""

    units: Units
    upheld: NDArray[np.bool_]
    kept: Floats
    """Share of what could be determined that was; NaN where it was not upheld or carried no money."""
    at: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.units)

    def take(self, rows: NDArray[np.bool_] | Ints) -> Decisions:
        """Return some of the decisions."""
        return Decisions(self.units.take(rows), self.upheld[rows], self.kept[rows], self.at[rows])


def text(values: Sequence[object]) -> Text:
    """Return texts as an array of objects, None as an empty text."""
    out = np.empty(len(values), dtype=object)
    out[:] = ["" if value is None else str(value) for value in values]
    return out


def moments(values: Sequence[datetime]) -> NDArray[np.object_]:
    """Return moments as an array."""
    out = np.empty(len(values), dtype=object)
    out[:] = list(values)
    return out
