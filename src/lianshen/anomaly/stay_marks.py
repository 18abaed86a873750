"""The marks of invented stays, stay by stay, and an institution's sums of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.pooling import numbered
from lianshen.anomaly.spec import Floats, Ints

LIGHT = 0.25
"""Quantile of the cost of stays for a disease at a level, below which an unoperated stay is light."""
LEAST_STAYS = 40
"""Stays for a disease at a level, below which the level's own quantile stands in."""
TOGETHER, TWINS, ALIKE = 3, 2, 2
"""Other stays beside the stay itself."""
FEWEST_MARKS = 2
DAYS_ALIKE = 0.1
"""How often two stays of a hospital usually last equally long; what differs between hospitals is learned."""
FIXED_DAYS = 1
"""Stays of a day or less are of equal length by nature."""


@dataclass(frozen=True)
class Stays:
    """Which marks each stay of ``frame`` bears (stays × marks), and how many in all."""

    frame: Frame
    marks: np.ndarray[Any, np.dtype[np.bool_]]
    many: Ints

    MARKS: ClassVar = ("twins", "together", "alike", "cash_free", "light", "rules")

    def members(self, subjects: Iterable[Any], most: int) -> list[tuple[str, ...]]:
        """Return of each subject the stays with several marks, those with most first."""
        held: dict[str, list[str]] = {}
        order = np.lexsort((self.frame["setl_id"].astype(str), -self.many))
        for row in order[self.many[order] >= FEWEST_MARKS]:
            held.setdefault(self.frame.key[row], []).append(str(self.frame["setl_id"][row]))
        return [tuple(held.get(subject, ())[:most]) for subject in subjects]


def light_below(stays: Frame) -> dict[str, float]:
    """Return the cost in fen below which a stay is light, by ``level`` and by ``level|icd3`` where there are enough."""
    table = {}
    names = stays["level"] + "|" + np.where(stays["icd3"] == None, "", stays["icd3"])  # noqa: E711 - elementwise
    for values, least in ((stays["level"], 1), (names, LEAST_STAYS)):
        found, inverse, count = np.unique(values.astype(str), return_inverse=True, return_counts=True)
        for number in np.flatnonzero(count >= least):
            table[str(found[number])] = float(np.quantile(stays["cost_fen"][inverse == number], LIGHT))
    return table


def marks_of_stays(stays: Frame, light: dict[str, float]) -> Stays:
    """Return the marks of each stay."""
    names = stays["level"] + "|" + np.where(stays["icd3"] == None, "", stays["icd3"])  # noqa: E711 - elementwise
    bound = np.array([
        light.get(name, light.get(level, 0.0)) for name, level in zip(names, stays["level"], strict=True)
    ], dtype=np.float64)  # fmt: skip
    marks = np.column_stack([
        stays["twins"] >= TWINS,
        stays["together"] >= TOGETHER,
        stays["alike"] >= ALIKE,
        stays["is_cash_free"].astype(bool),
        (stays["operated"] == "NO") & (stays["cost_fen"] < bound),
        stays["hits"] > 0,
    ]).astype(bool)  # fmt: skip
    # Each rule that hit is a mark of its own.
    many = marks.sum(axis=1) + np.maximum(stays["hits"] - 1, 0)
    return Stays(stays, marks, many.astype(np.int64))


def institutions_of(stays: Frame, marked: Stays) -> Frame:
    """Return one row for each institution and month: sums of marks, likeness of lengths and of weekdays, money."""
    keys, inverse = numbered(stays, "subject_id", "setl_month")
    many = len(keys)
    _, first = np.unique(inverse, return_index=True)

    def total(values: Any) -> Ints:
        return np.rint(np.bincount(inverse, weights=values, minlength=many)).astype(np.int64)

    is_member = marked.many >= FEWEST_MARKS
    same_days, same_days_s = likeness(inverse, many, stays["los_days"], stays["los_days"] > FIXED_DAYS, DAYS_ALIKE)
    same_weekday, same_weekday_s = likeness(inverse, many, stays["end_isodow"], np.ones(len(stays), dtype=bool), 1 / 7)
    columns: dict[str, Any] = {name: stays[name][first] for name in (
        "subject_id", "setl_month", "level", "kind", "tier", "name_zh", "beds", "in_house", "fr_04", "fr_14"
    )}  # fmt: skip
    columns |= {name: total(marked.marks[:, place]) for place, name in enumerate(Stays.MARKS)}
    columns |= {
        "n": total(np.ones(len(stays))),
        "left_otherwise": total(stays["left_otherwise"]),
        "upheld": total(stays["upheld"]),
        "dismissed": total(stays["dismissed"]),
        "members": total(is_member),
        "member_fund_fen": total(np.where(is_member, stays["fund_fen"], 0)),
        "equal": same_days, "equal_s": same_days_s, "weekday": same_weekday, "weekday_s": same_weekday_s,
    }  # fmt: skip
    return Frame(columns["subject_id"], columns)


def likeness(inverse: Ints, many: int, values: Any, counted: Any, usual: float) -> tuple[Floats, Floats]:
    """Return the chance that two stays of a subject have the same value (Simpson), and its error at ``usual``."""
    n = np.bincount(inverse, weights=counted, minlength=many).astype(np.float64)
    # The value and the subject as one number: each pair is a class.
    classes, which = np.unique(np.column_stack([inverse, values])[counted], axis=0, return_inverse=True)
    size = np.bincount(which.ravel(), minlength=len(classes)).astype(np.float64)
    owner = classes[:, 0].astype(np.int64) if len(classes) else np.zeros(0, dtype=np.int64)
    same = np.bincount(owner, weights=size * (size - 1), minlength=many) / np.maximum(n * (n - 1), 1)
    variance = 2 * usual * (1 - usual) / np.maximum(n * (n - 1), 1) + 4 * usual**2 * (1 - usual) / np.maximum(n, 1)
    error: Floats = np.where(n < 2, np.nan, np.sqrt(variance))
    return same.astype(np.float64), error
