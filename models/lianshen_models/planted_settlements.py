"""Probes of AN-01: settlements whose every value is usual and whose combination is not, and dearer ones.

Values are taken from other settlements of the same days, so that no column by itself gives such a row away.
"""

from __future__ import annotations

import numpy as np

from lianshen.anomaly.planting import graded, how_many, with_columns
from lianshen.anomaly.subject import Frames, Planting, Probe

MOST_ROWS = 6_000
"""Settlements of the later days that are judged; scoring many would take longer and say the same."""
PLANTED = 200
SHARES = (
    "western", "patent", "herbal", "material", "laboratory", "examination", "treatment", "surgery", "nursing", "bed",
    "consultation", "other",
)  # fmt: skip
BILL = tuple(f"{name}_share" for name in SHARES)
CHARGED = ("ln_lines", "ln_lines_per_day", "ln_tests")
"""What grows with the cost of the dearer ones."""
CONTENT = ("ln_lines", "ln_lines_per_day", "ln_items", "ln_repeats", "ln_tests", "ln_drugs", "n_doctors")
PATIENT = ("age", "sex", "department")


def odd_settlements(frames: Frames, month: str, rng: np.random.Generator) -> tuple[Frames, list[Planting]]:
    """Take parts of other settlements for some, and raise the cost of others; ``month`` does not matter."""
    shapes = frames["settlement_shape"]
    drawn = np.sort(rng.permutation(len(shapes))[:MOST_ROWS])
    shapes = shapes.where(drawn)
    many = min(how_many(len(shapes)) * PLANTED // 40, PLANTED)
    chosen = rng.permutation(len(shapes))[:many]
    broken, dearer = chosen[: many // 2], chosen[many // 2 :]
    columns = {name: values.copy() for name, values in shapes.columns.items()}
    for place, row in enumerate(broken):
        # One, two or all three parts of it are another settlement's.
        for part in (BILL, CONTENT, PATIENT)[: 1 + place % 3]:
            other = int(rng.integers(len(shapes)))
            for name in part:
                columns[name][row] = shapes[name][other]
    times = graded(len(dearer), 1.5, 8.0)
    columns["cost_fen"][dearer] = np.rint(shapes["cost_fen"][dearer] * times)
    for name in ("ln_cost", "ln_cost_per_day", *CHARGED):
        columns[name][dearer] = shapes[name][dearer] + np.log(times)
    return {**frames, "settlement_shape": with_columns(shapes, columns)}, [(str(shapes.key[row]),) for row in chosen]


PROBE = Probe(
    odd_settlements,
    "half of up to 200 settlements get the make-up of the bill, the number of items or the patient of another "
    "settlement, each value by itself a usual one; the other half have 1.5 to 8 times the cost, lines and tests.",
    "在至多200笔结算中，一半的费用构成、项目数量或患者信息换成另一笔结算的（单看每一项都正常），另一半的费用、明细和检查检验提高到1.5至8倍。",
)
