"""Probes of AN-01: settlements whose every value is a usual one and whose combination is not."""

from __future__ import annotations

import numpy as np

from lianshen.anomaly.planting import how_many, with_columns
from lianshen.anomaly.subject import Frames, Planting, Probe
from lianshen.anomaly.words import CATEGORIES

MOST_ROWS = 6_000
"""Settlements of the later days that are judged; scoring many would take longer and say the same."""
TIMES = 5
"""A settlement is no hospital: of 6,000 two hundred can be altered."""
PARTS = (
    tuple(f"{name}_share" for name in CATEGORIES),
    ("ln_lines", "ln_lines_per_day", "ln_items", "ln_repeats", "ln_tests", "ln_drugs", "n_doctors"),
    ("age", "sex", "department"),
    ("ln_cost", "ln_cost_per_day", "cost_fen", "fund_share"),
)
"""What goes together: the make-up of the bill, how much was done, the patient, the money."""


def mixed_settlements(frames: Frames, month: str, rng: np.random.Generator) -> tuple[Frames, list[Planting]]:
    """Let each part of some settlements be another one's: of the same care for two in three, else of any other.

    ``month`` does not matter: every settlement is judged by itself.
    """
    shapes = frames["settlement_shape"]
    shapes = shapes.where(np.sort(rng.permutation(len(shapes))[:MOST_ROWS]))
    chosen = rng.permutation(len(shapes))[: TIMES * how_many(len(shapes) // TIMES)]
    columns = {name: values.copy() for name, values in shapes.columns.items()}
    planted: list[Planting] = []
    for place, row in enumerate(chosen):
        others = np.flatnonzero((shapes["care"] == shapes["care"][row]) == (place % 3 > 0))
        for part in PARTS if len(others) else ():
            other = int(rng.choice(others))
            for name in part:
                columns[name][row] = shapes[name][other]
        planted += [(str(shapes.key[row]),)] if len(others) else []
    return {**frames, "settlement_shape": with_columns(shapes, columns)}, planted


PROBE = Probe(
    mixed_settlements,
    "up to 200 settlements get the make-up of the bill, the amount of work, the patient and the money of four others, "
    "for two in three of the same care: each value by itself is a usual one.",
    "在至多200笔结算中，费用构成、诊疗数量、患者信息和金额分别换成另外四笔结算的（其中三分之二为同类就医），单看每一项都正常。",
)
