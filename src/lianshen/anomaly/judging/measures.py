"""How good an order of settlements is: what it puts first, what that is worth, how sure it may be of itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lianshen.anomaly.spec import Floats, Ints, Text
from lianshen.anomaly.subject import Bools

BINS = 10


@dataclass(frozen=True)
class AtCapacity:
    """What is found where so many are looked at, ties shared out evenly: hits, money in fen, and by group."""

    looked_at: int
    hits: float
    captured_fen: float
    taken: Floats
    """Of each settlement, the share with which it is looked at (0, 1, or between for ties at the edge)."""

    @property
    def precision(self) -> float:
        """Share of those looked at that are hits."""
        return self.hits / self.looked_at if self.looked_at else 0.0

    def found(self, wanted: Bools, of: Ints) -> int:
        """Return of how many of the schemes numbered ``of`` at least one settlement of ``wanted`` is looked at."""
        return len(np.unique(of[wanted & (self.taken > 0.5)]))

    def recall(self, wanted: Bools) -> float | None:
        """Share of ``wanted`` that is looked at; None where there is none."""
        return float(self.taken[wanted].mean()) if wanted.any() else None


def at_capacity(score: Floats, positive: Bools, fen: Ints, capacity: int) -> AtCapacity:
    """Look at the ``capacity`` settlements with the highest ``score``; equal scores at the edge share the rest."""
    looked_at = min(capacity, len(score))
    taken = np.zeros(len(score))
    if looked_at:
        edge = np.partition(score, -looked_at)[-looked_at]
        taken[score > edge] = 1.0
        tied = score == edge
        taken[tied] = (looked_at - taken.sum()) / tied.sum()
    return AtCapacity(looked_at, float(taken[positive].sum()), float((taken * fen)[positive].sum()), taken)


def average_precision(score: Floats, positive: Bools) -> float:
    """Return the area under precision against recall, by steps; equal scores count as one step. 0 without positives."""
    if not positive.any():
        return 0.0
    order = np.argsort(-score, kind="stable")
    last = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    hits = np.cumsum(positive[order])[last]
    precision = hits / (last + 1)
    gained = np.diff(hits, prepend=0)
    return float((precision * gained).sum() / positive.sum())


@dataclass(frozen=True)
class Calibration:
    """How far stated chances are from what happened: expected calibration error over equal bins, and Brier score."""

    error: float
    brier: float
    brier_of_base_rate: float
    """Brier score of stating the share of all settlements for each: what a useless order gets."""


def chances(early: Floats, early_positive: Bools, later: Floats) -> Floats | None:
    """Learn on the days before what a score means (J. Platt, 1999) and return the chance that each later one states.

    The score enters as -log of the share of earlier settlements that score at least as high, so that every order is
    treated alike. None where the earlier days have no positive, or nothing else.
    """
    if early_positive.all() or not early_positive.any():
        return None
    from sklearn.linear_model import LogisticRegression

    ranked = np.sort(early)
    line = LogisticRegression(C=1e6).fit(rareness(ranked, early)[:, None], early_positive)
    return np.asarray(line.predict_proba(rareness(ranked, later)[:, None])[:, 1])


def calibration(early: Floats, early_positive: Bools, later: Floats, later_positive: Bools) -> Calibration | None:
    """Hold the :func:`chances` that a score states against what happened later; None where there are none."""
    chance = chances(early, early_positive, later)
    if chance is None:
        return None
    order = np.argsort(chance, kind="stable")
    error = 0.0
    for rows in np.array_split(order, BINS):
        if len(rows):
            error += len(rows) / len(order) * abs(float(chance[rows].mean()) - float(later_positive[rows].mean()))
    base = float(early_positive.mean())
    brier = float(((chance - later_positive) ** 2).mean())
    return Calibration(error, brier, float(((base - later_positive) ** 2).mean()))


def rareness(ranked: Floats, score: Floats) -> Floats:
    """Return -log of the share of ``ranked`` (sorted) that is at least as high as each score; 0 for the lowest."""
    below = (np.searchsorted(ranked, score, "left") + np.searchsorted(ranked, score, "right")) / 2
    found: Floats = -np.log1p(-np.minimum(below, len(ranked) - 0.5) / max(len(ranked), 1))
    return found


@dataclass(frozen=True)
class ControlSample:
    """A stratified random sample of the later days: how many of it are part of a scheme, with bounds of 95 %."""

    rows: int
    hits: int
    rate: float
    low: float
    high: float


def control_sample(strata: Text, positive: Bools, rows: int, seed: int) -> ControlSample:
    """Draw ``rows`` settlements, from each stratum in proportion, and return the share that is positive.

    Bounds are Wilson's (1927).
    """
    rng = np.random.default_rng(seed)
    chosen: list[Ints] = []
    share = min(1.0, rows / max(len(positive), 1))
    for stratum in sorted({str(one) for one in strata}):
        members = np.flatnonzero(strata == stratum)
        chosen.append(rng.choice(members, size=max(1, round(len(members) * share)), replace=False))
    drawn = np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)
    n, hits = len(drawn), int(positive[drawn].sum())
    if not n:
        return ControlSample(0, 0, 0.0, 0.0, 1.0)
    rate, z = hits / n, 1.96
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    reach = z * np.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return ControlSample(n, hits, rate, float(max(middle - reach, 0.0)), float(middle + reach))
