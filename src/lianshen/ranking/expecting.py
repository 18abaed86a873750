"""What a case is expected to bring back: probability times amount, over its checks, each yuan once; fen.

A model's estimate carries no amount that could be deducted. It is expected to bring back nothing, and counts in the
order only, at the small share that the settings give it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from lianshen.ranking.learning import Learned
from lianshen.ranking.settings import Kind
from lianshen.ranking.units import Floats, Ints, Text, Units


@dataclass(frozen=True)
class Expected:
    """Per case, by ``case_no``: probability, share kept, expected fen with interval, and worth in the order."""

    case_no: Text
    chance: Floats
    kept: Floats
    expected: Ints
    low: Ints
    high: Ints
    worth: Ints


def expect(units: Units, learned: Learned, estimate: float) -> Expected:
    """Return the expected recovery of every case of the units.

    Bounds are added up as if the checks of a case held or fell together, so the interval is rather too wide.
    ``chance`` is the mean over the checks by what they carry, so that chance x kept x amount is what is expected.
    """
    cases, places = np.unique(units.case_no.astype(str), return_inverse=True)
    size = len(cases)
    said, kept = learned.predict(units), learned.kept_of(units)

    def summed(values: Floats) -> Floats:
        return np.bincount(places, weights=values, minlength=size).astype(np.float64)

    def fen(values: Floats) -> Ints:
        return np.rint(summed(values)).astype(np.int64)

    money = units.counted.astype(float) * kept
    bounds = np.sort(np.stack([money * said.low, money * said.high]), axis=0)
    estimated = np.where(units.counted == 0, units.exposure.astype(float), 0.0)
    worth = money * said.chance + estimate * estimated * said.chance
    weight = np.abs(units.counted).astype(float)
    by_estimate, by_money = summed(estimated), summed(weight)
    # Where no money is at issue the estimates weigh, where there are none the checks count alike.
    weight = np.where(by_money[places] > 0, weight, np.where(by_estimate[places] > 0, estimated, 1.0))
    total = summed(weight)
    return Expected(
        cases.astype(object), summed(weight * said.chance) / total, summed(weight * kept) / total,
        fen(money * said.chance), fen(bounds[0]), fen(bounds[1]), fen(worth),
    )  # fmt: skip


def kind_of(rules: Collection[str], levels: Collection[str], certainty: str, models: Collection[str]) -> Kind:
    """Return what kind of work a case is, by its checks and their levels; ``models`` are the ids of models."""
    if rules and all(rule in models for rule in rules):
        return "model"
    if "network" in levels:
        return "network"
    return "billing" if certainty == "definite" else "records"
