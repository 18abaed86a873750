"""How much was done for each inpatient beyond such patients, and which institutions have many who got much.

An institution that pads a quarter of its stays moves its mean by little and its upper tail by much. A stay's load is
the mean of how many standard deviations its cost, its tests and its drugs lie beyond the kind of patient's mean, for
its length (how long a stay lasts is compared by itself); one in ten stays of a level is heavy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.groups import EVERYTHING
from lianshen.anomaly.pooling import Cells, Levels, is_of, learn_cells, usual_of
from lianshen.anomaly.spec import Floats, Text

PARTS = ("cost", "tests", "drugs")
MEASURES = (*PARTS, "days")
HEAVY = 0.9
LEAST_STAYS = 100
MOST_Z = 4.0
"""One part alone, however far, does not make a stay heavy in all."""


def learn_loads(stays: Frame, levels: Levels) -> dict[str, Any]:
    """Return what a usual stay comes to, by kind of patient and length, and from which load it is heavy.

    ``stays`` is a view of institution_stay.
    """
    values = _values(stays)
    ones = np.ones(len(stays))
    columns = {**stays.columns, "n": ones}
    for name, value in values.items():
        columns |= {f"{name}_n": ones, f"{name}_sum": value, f"{name}_sq": np.square(value)}
    cells = learn_cells(Frame(stays.key, columns), MEASURES, levels, stays.key)
    apart = _apart(stays, values, levels, cells)
    long = apart["days"]
    slope = {part: float(apart[part] @ long) / max(float(long @ long), 1e-9) for part in PARTS}
    rest = {part: apart[part] - slope[part] * long for part in PARTS}
    # Of an undisturbed part 1.4826 times the median distance is the standard deviation.
    spread = {part: max(1.4826 * float(np.median(np.abs(rest[part]))), 1e-3) if len(stays) else 1.0 for part in PARTS}
    learned = {"cells": cells, "slope": slope, "spread": spread}
    return {**learned, "heavy": _heavy_from(stays, loads(stays, levels, learned))}


def loads(stays: Frame, levels: Levels, learned: Mapping[str, Any]) -> Floats:
    """Return the load of each stay by itself."""
    apart = _apart(stays, _values(stays), levels, learned["cells"])
    total = np.zeros(len(stays))
    for part in PARTS:
        rest = (apart[part] - learned["slope"][part] * apart["days"]) / learned["spread"][part]
        total += np.clip(rest, -MOST_Z, MOST_Z)
    return total / len(PARTS)


def is_heavy(stays: Frame, load: Floats, learned: Mapping[str, Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which stays are heavy."""
    table = learned["heavy"]
    code, levels = stays.factors("level")
    bound = np.array([table.get(level, table[EVERYTHING]) for level in (*levels, None)], dtype=np.float64)
    return np.asarray(load > bound[code])


def heaviest(
    stays: Frame, load: Floats, heavy: np.ndarray[Any, np.dtype[np.bool_]], subjects: Text, most: int
) -> list[tuple[str, ...]]:
    """Return of each subject its heavy stays, heaviest first; None has none."""
    rows = np.flatnonzero(heavy & is_of(stays, subjects))
    held: dict[str, list[str]] = {}
    for row in rows[np.lexsort((stays["setl_id"][rows].astype(str), -load[rows]))]:
        held.setdefault(stays.key[row], []).append(str(stays["setl_id"][row]))
    return [tuple(held.get(subject, ())[:most]) for subject in subjects]


def _values(stays: Frame) -> dict[str, Floats]:
    return {
        "cost": np.log(stays["cost_fen"] / 100),
        "tests": np.log1p(stays["n_tests"]),
        "drugs": np.log1p(stays["n_drugs"]),
        "days": np.log1p(np.maximum(stays["los_days"], 0)),
    }


def _apart(stays: Frame, values: Mapping[str, Floats], levels: Levels, cells: Cells) -> dict[str, Floats]:
    usual = usual_of(stays, levels, cells, len(MEASURES))
    return {name: values[name] - usual[:, 2 * place] for place, name in enumerate(MEASURES)}


def _heavy_from(stays: Frame, load: Floats) -> dict[str, float]:
    table = {EVERYTHING: float(np.quantile(load, HEAVY)) if len(load) else 1e9}
    for level in np.unique(stays["level"].astype(str)):
        rows = stays["level"] == level
        if rows.sum() >= LEAST_STAYS:
            table[str(level)] = float(np.quantile(load[rows], HEAVY))
    return table
