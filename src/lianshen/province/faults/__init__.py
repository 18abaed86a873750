"""Planted faults and their innocent look-alikes, by family of rules."""

from __future__ import annotations

from collections.abc import Callable

from lianshen.province.faults.benefits import BENEFIT_FAULTS, BENEFIT_LOOK_ALIKES
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.charges import CHARGE_FAULTS, CHARGE_LOOK_ALIKES
from lianshen.province.faults.clearing import CLEARING_FAULTS, CLEARING_LOOK_ALIKES
from lianshen.province.faults.filing import FILING_FAULTS, FILING_LOOK_ALIKES
from lianshen.province.faults.items import ITEM_FAULTS, ITEM_LOOK_ALIKES
from lianshen.province.faults.layers import LAYER_FAULTS, LAYER_LOOK_ALIKES
from lianshen.province.faults.persons import PERSON_FAULTS, PERSON_LOOK_ALIKES
from lianshen.province.faults.planted import Directed
from lianshen.province.faults.stays import STAY_FAULTS, STAY_LOOK_ALIKES

Plan = Callable[[Builder, str], None]

FAULTS: list[tuple[str, Plan]] = [
    *ITEM_FAULTS,
    *CHARGE_FAULTS,
    *STAY_FAULTS,
    *PERSON_FAULTS,
    *BENEFIT_FAULTS,
    *FILING_FAULTS,
    *LAYER_FAULTS,
    *CLEARING_FAULTS,
]
"""Rule and the function that plants one fault of it; a rule may have several kinds, planted in turn."""
LOOK_ALIKES: list[tuple[str, Plan]] = [
    *ITEM_LOOK_ALIKES,
    *CHARGE_LOOK_ALIKES,
    *STAY_LOOK_ALIKES,
    *PERSON_LOOK_ALIKES,
    *BENEFIT_LOOK_ALIKES,
    *FILING_LOOK_ALIKES,
    *LAYER_LOOK_ALIKES,
    *CLEARING_LOOK_ALIKES,
]

FAULT_RATE = 1.6e-4
LOOK_ALIKE_RATE = 0.45e-4
FEWEST = 2
"""Of each rule; and every kind of its faults at least once."""


def plant_all(builder: Builder, settlements: int) -> list[Directed]:
    """Plant every kind of fault and look-alike, in numbers that grow with the volume, and return the bills."""
    rules = sorted({rule for rule, _ in FAULTS})
    for rule in rules:
        plans = [plan for name, plan in FAULTS if name == rule]
        for turn in range(max(FEWEST, len(plans), round(settlements * FAULT_RATE))):
            plans[turn % len(plans)](builder, rule)
    for rule, plan in LOOK_ALIKES:
        for _ in range(max(1, round(settlements * LOOK_ALIKE_RATE))):
            plan(builder, rule)
    return builder.directed


__all__ = ["FAULTS", "LOOK_ALIKES", "Builder", "Directed", "plant_all"]
