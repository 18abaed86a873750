"""Few decisions, or none: a beta prior for each class and certainty, onto which decisions are counted.

A check is believed like its class until it has decisions of its own (A. Gelman et al., Bayesian Data Analysis, 3rd
ed., 2013, §2.4 and §5.3: beta-binomial shrinkage, here with the strength given instead of estimated).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lianshen.ranking.settings import Prior
from lianshen.ranking.units import Decisions, Floats, Units

Counts = tuple[float, float]
"""Upheld and all."""


@dataclass(frozen=True)
class Chances:
    """Probability that each unit is upheld before an average agency, with an interval; arrays of equal length."""

    chance: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class CountedModel:
    """A probability by counting: prior, then class and certainty, then the check."""

    prior: Prior
    interval: float
    cells: dict[tuple[str, str], Counts] = field(default_factory=dict)
    rules: dict[tuple[str, str], Counts] = field(default_factory=dict)

    @classmethod
    def learn(cls, prior: Prior, interval: float, decisions: Decisions | None = None) -> CountedModel:
        """Count decisions, where there are some, onto the prior."""
        model = cls(prior, interval)
        if decisions is None:
            return model
        units = decisions.units
        for rule, family, certainty, upheld in zip(
            units.rule, units.family, units.certainty, decisions.upheld, strict=True
        ):
            for counts, key in ((model.cells, (family, certainty)), (model.rules, (rule, certainty))):
                hits, all_of_them = counts.get(key, (0.0, 0.0))
                counts[key] = (hits + float(upheld), all_of_them + 1)
        return model

    def predict(self, units: Units) -> Chances:
        """Return the probability of each unit, with the beta posterior's interval."""
        from scipy.stats import beta

        known: dict[tuple[str, str, str, float], Counts] = {}
        chances, strengths = np.empty(len(units)), np.empty(len(units))
        keys = zip(units.rule, units.family, units.certainty, units.severity, strict=True)
        for index, key in enumerate(keys):
            if key not in known:
                known[key] = self._of(*key)
            chances[index], strengths[index] = known[key]
        a, b = chances * strengths, (1 - chances) * strengths
        tail = (1 - self.interval) / 2
        return Chances(chances, beta.ppf(tail, a, b), beta.ppf(1 - tail, a, b))

    def _of(self, rule: str, family: str, certainty: str, severity: float) -> Counts:
        strength = self.prior.strength
        chance = self.prior.chance(family, certainty, severity)
        weight = strength
        for counts, name in ((self.cells, family), (self.rules, rule)):
            hits, seen = counts.get((name, certainty), (0.0, 0.0))
            chance = (strength * chance + hits) / (strength + seen)
            weight = strength + seen
        return chance, weight
