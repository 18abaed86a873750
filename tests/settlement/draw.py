"""Bills for Hypothesis: one row as a dictionary, and how it is settled."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from hypothesis import strategies as st

from lianshen.settlement import ONE, UNLIMITED, Accumulators, Settlement, Terms, settle

AMOUNTS = tuple(field.name for field in fields(Settlement) if field.name not in ("terms", "accumulators", "ratio"))
"""Every amount that a settlement records."""

OF_SCOPE = ("deductible", "reduction_points", "reduction_factor", "prepay", "accept_limit", "cap", "large_ratio",
            "large_threshold", "large_burden_ratio", "tier_limit", "civil_ratio", "civil_limit", "enterprise_ratio",
            "enterprise_limit", "veteran_ratio", "veteran_limit", "assist_ratio", "assist_threshold",
            "assist_limit")  # fmt: skip
USED = ("cap_room", "deductible_paid", "burden", "tier_room", "civil_room", "enterprise_room", "veteran_room",
        "assist_room")  # fmt: skip

Case = dict[str, int]


@st.composite
def cases(draw: Any, *, one_supplement: bool = False) -> Case:
    """A bill with its terms; ``one_supplement``: catastrophic insurance or large-amount fund, as in every region."""
    money = st.integers(0, 20_000_000)
    ratio = st.integers(0, ONE)
    limit = st.one_of(st.just(UNLIMITED), money)
    is_points = draw(st.booleans())
    start_2 = draw(st.integers(1, 5_000_000))
    threshold = draw(st.sampled_from([0, 1_800_000, UNLIMITED]))
    low, high = sorted((draw(ratio), draw(ratio)))
    case: Case = {
        "in_scope": draw(money), "outside": draw(money), "account": draw(money), "family": draw(money),
        "accept_limit": draw(limit), "prepay": draw(st.sampled_from([0, 1_000, 3_333])),
        "deductible": draw(st.integers(0, 200_000)),
        "ratio_1": draw(ratio), "ratio_2": draw(ratio), "start_2": start_2,
        "reduction_points": draw(ratio) if is_points else 0, "reduction_factor": ONE if is_points else draw(ratio),
        "cap": draw(st.sampled_from([0, 5_000_000, UNLIMITED])),
        "large_ratio": draw(ratio), "large_threshold": draw(limit), "large_burden_ratio": draw(ratio),
        "threshold": threshold, "tier_ratio_1": low, "tier_ratio_2": high, "tier_limit": draw(limit),
        "civil_ratio": draw(ratio), "civil_limit": draw(limit),
        "enterprise_ratio": draw(ratio), "enterprise_limit": draw(limit),
        "veteran_ratio": draw(ratio), "veteran_limit": draw(limit),
        "assist_ratio": draw(ratio), "assist_threshold": draw(st.integers(0, 300_000)), "assist_limit": draw(limit),
        "cap_room": draw(st.sampled_from([UNLIMITED, 0, 1_000_000])), "deductible_paid": draw(st.integers(0, 300_000)),
        "burden": draw(money), "tier_room": draw(limit), "civil_room": draw(limit), "enterprise_room": draw(limit),
        "veteran_room": draw(limit), "assist_room": draw(limit),
    }  # fmt: skip
    if one_supplement:
        kind = draw(st.sampled_from(["tiers", "above the cap", "on the burden", "none"]))
        if kind != "tiers":
            case["threshold"] = UNLIMITED
        if kind != "above the cap":
            case["large_ratio"] = 0
        if kind != "on the burden":
            case["large_burden_ratio"] = 0
    return case


def run(rows: list[Case]) -> Settlement:
    """Settle the rows together."""
    column = {name: np.array([row[name] for row in rows], dtype=np.int64) for name in rows[0]}
    second = np.where(column["threshold"] < UNLIMITED, column["threshold"] + 2_000_000, UNLIMITED)
    terms = Terms.of(
        len(rows),
        slice_start=np.stack([np.zeros_like(column["start_2"]), column["start_2"]], axis=1),
        slice_ratio=np.stack([column["ratio_1"], column["ratio_2"]], axis=1),
        tier_start=np.stack([column["threshold"], second], axis=1),
        tier_ratio=np.stack([column["tier_ratio_1"], column["tier_ratio_2"]], axis=1),
        **{name: column[name] for name in OF_SCOPE},
    )
    used = Accumulators.of(len(rows), **{name: column[name] for name in USED})
    total = column["in_scope"] + column["outside"]
    return settle(
        column["in_scope"], terms, used, total=total, account=column["account"], family=column["family"]
    )  # fmt: skip


def alone(case: Case, **changed: int) -> Settlement:
    """Settle one row, some of its values changed."""
    return run([case | changed])
