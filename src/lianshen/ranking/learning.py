"""From decisions to probabilities: which model, how well it is calibrated, what is kept where upheld.

Calibration is Platt's (J. Platt, 1999): later decisions are predicted by a fit on the earlier ones, and a line through
their log-odds is learned; the error is measured crosswise, each half by the line of the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianshen.ranking.counting import Chances, CountedModel
from lianshen.ranking.regression import FittedModel
from lianshen.ranking.settings import RankingSettings
from lianshen.ranking.units import NOBODY, Decisions, Floats, Units

BINS, LEAST_IN_BIN = 10, 20
FLATTEST, STEEPEST = 0.2, 3.0
"""A calibration may stretch log-odds, not turn the order round."""


@dataclass(frozen=True)
class Calibration:
    """Expected calibration error on later decisions, before and after; ``checked`` of them."""

    checked: int
    error: float
    error_before: float
    slope: float
    shift: float


@dataclass(frozen=True)
class Learned:
    """What is believed now. ``kept`` by class: share of the amount that is determined where a finding is upheld."""

    model: CountedModel | FittedModel
    decisions: int
    kept: Mapping[str, float]
    kept_else: float
    history: Mapping[tuple[str, str], tuple[int, int]]
    """('rule' or 'institution', name): upheld and decided."""
    calibration: Calibration | None = None

    def predict(self, units: Units) -> Chances:
        """Return the probability of each unit before the mean agency, with its interval."""
        return self.model.predict(units)

    def kept_of(self, units: Units) -> Floats:
        """Return per unit the share of its amount that is determined where it is upheld."""
        return np.array([self.kept.get(str(family), self.kept_else) for family in units.family], dtype=float)

    @property
    def source(self) -> str:
        """How the probabilities came about: prior, counts or regression."""
        return "regression" if isinstance(self.model, FittedModel) else "counts" if self.decisions else "prior"

    def told(self) -> dict[str, Any]:
        """Return what a night records of it, as JSON takes it."""
        fitted = self.model if isinstance(self.model, FittedModel) else None
        return {
            "source": self.source,
            "calibration": asdict(self.calibration) if self.calibration else None,
            "leniency": {name: asdict(one) for name, one in fitted.leniency.items()} if fitted else {},
        }


def learn(settings: RankingSettings, decisions: Decisions) -> Learned:
    """Return what the decisions teach; the same decisions and settings give the same."""
    kept, kept_else = _kept(settings, decisions)
    counted = CountedModel.learn(settings.prior, settings.interval, decisions)
    learned = Learned(counted, len(decisions), kept, kept_else, _history(decisions))
    both = bool(len(decisions)) and 0 < int(decisions.upheld.sum()) < len(decisions)
    if len(decisions) < settings.least_decisions or not both:
        return learned
    fitted = FittedModel.learn(settings, decisions)
    calibration = _calibrate(settings, decisions)
    if calibration is not None:
        fitted = fitted.calibrated(calibration.slope, calibration.shift)
    return replace(learned, model=fitted, calibration=calibration)


def _kept(settings: RankingSettings, decisions: Decisions) -> tuple[dict[str, float], float]:
    strength, prior = settings.prior.strength, settings.prior.kept
    known = ~np.isnan(decisions.kept)
    overall = (prior * strength + float(decisions.kept[known].sum())) / (strength + int(known.sum()))
    families = decisions.units.family
    by_family = {}
    for family in sorted(set(families)):
        mine = decisions.kept[known & (families == family)]
        by_family[str(family)] = (overall * strength + float(mine.sum())) / (strength + len(mine))
    return by_family, overall


def _history(decisions: Decisions) -> dict[tuple[str, str], tuple[int, int]]:
    seen: dict[tuple[str, str], tuple[int, int]] = {}
    for group, names in (("rule", decisions.units.rule), ("institution", decisions.units.institution)):
        for name, upheld in zip(names, decisions.upheld, strict=True):
            hits, every = seen.get((group, str(name)), (0, 0))
            seen[group, str(name)] = (hits + int(upheld), every + 1)
    return seen


def _calibrate(settings: RankingSettings, decisions: Decisions) -> Calibration | None:
    """Return the calibration on the later part, None where there is too little of it."""
    cut = int(len(decisions) * (1 - settings.later))
    # What was decided in one moment is not torn apart.
    while 0 < cut < len(decisions) and decisions.at[cut] == decisions.at[cut - 1]:
        cut += 1
    rows = np.arange(len(decisions))
    # What is expected back is what agencies determine; dropping at the first review is learned from, not predicted.
    earlier = decisions.take(rows < cut)
    later = decisions.take((rows >= cut) & (decisions.units.agency != NOBODY))
    if len(later) < settings.least_checked or not 0 < int(earlier.upheld.sum()) < len(earlier):
        return None
    odds, _ = FittedModel.learn(settings, earlier).log_odds(later.units, as_decided=True)
    halves = _halves(later.units, settings.seed)
    label = later.upheld.astype(float)
    sides = [label[halves == side] for side in (0, 1)]
    if any(not 0 < side.sum() < len(side) for side in sides):
        return None
    checked = np.empty(len(later))
    for side in (0, 1):
        slope, shift = _line(odds[halves == side], label[halves == side])
        checked[halves != side] = _chance(slope * odds[halves != side] + shift)
    slope, shift = _line(odds, label)
    before = calibration_error(_chance(odds), later.upheld)
    return Calibration(len(later), calibration_error(checked, later.upheld), before, slope, shift)


def _halves(units: Units, seed: int) -> NDArray[np.int64]:
    """Return 0 or 1 by case, whatever else was decided: cases are not torn apart."""
    digests = [hashlib.sha256(f"{seed}/{case_no}".encode()).digest()[0] & 1 for case_no in units.case_no]
    return np.array(digests, dtype=np.int64)


def _line(odds: Floats, label: Floats) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    # Platt's targets are what the weak penalty does here: nothing is believed to the end from a few rows.
    fit = LogisticRegression(C=10.0, tol=1e-8).fit(odds[:, None], label)
    return float(np.clip(fit.coef_[0, 0], FLATTEST, STEEPEST)), float(fit.intercept_[0])


def _chance(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-odds)))


def calibration_error(chance: Floats, upheld: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over classes of equal size: how far promises lie from what came."""
    order = np.argsort(chance, kind="stable")
    # Classes of a handful would measure chance.
    bins = min(BINS, max(1, len(chance) // LEAST_IN_BIN))
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(part) * abs(float(chance[part].mean()) - float(upheld[part].mean())) for part in parts]
    return sum(gaps) / max(1, len(chance))
