"""People from elsewhere against people from here: the same institution, the same case mix, sums instead of persons.

A cell is one main diagnosis and operation of one institution. Within each, the mean log of cost (or days, or tests) of
visitors is compared with that of neighbours, after age and sex; cells are put together by the inverse of their variance
with a random effect across cells (R. DerSimonian, N. Laird, Meta-analysis in clinical trials, 1986). Institutions are
then drawn towards what institutions usually do (empirical Bayes; C. Morris, JASA 1983), so that small ones do not
shout: most of them from a narrow normal distribution, a few from a wide one (two groups, B. Efron, Large-scale
inference, 2010). All of this is learned beforehand, hence an answer depends on nothing that is judged beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.groups import coded_by
from lianshen.anomaly.spec import Floats, Ints, Text
from lianshen.anomaly.two_groups import Posterior, Prior, learn_prior, posterior

MEASURES = ("cost", "days", "tests")
AGE_BANDS = ("0", "1", "2", "3", "4", "5")
SEXES = ("1", "2")
MERGED = "*"
FEWEST_NEIGHBOURS = 3
"""Local stays that a cell needs."""
_STEADY = 20.0
"""Cells' worth of belief that an institution's cells vary as those of others do."""
_USUAL_VARIANCE = 0.36
_USUAL_BETWEEN = 0.01


@dataclass(frozen=True)
class Learned:
    """By measure: effects of age bands and sexes on the log, variance of stays by level, variance between cells, and
    the distribution of institutions' effects."""

    effects: dict[str, list[float]]
    variance: dict[str, dict[str, float]]
    between: dict[str, float]
    prior: dict[str, Prior]

    def as_facts(self) -> dict[str, Any]:
        """Return what JSON holds."""
        prior = {measure: one.as_facts() for measure, one in self.prior.items()}
        return {"effects": self.effects, "variance": self.variance, "between": self.between, "prior": prior}

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Learned:
        """Return what was stored."""
        prior = {measure: Prior(**one) for measure, one in facts["prior"].items()}
        return cls(facts["effects"], facts["variance"], facts["between"], prior)


@dataclass(frozen=True)
class Cells:
    """Cells with visitors and enough neighbours, in the order of institutions.

    ``remote`` and ``local`` give for each row of the frame the cell it belongs to, -1 for none.
    """

    places: Text
    level: Text
    place: Ints
    """Position in ``places`` of each cell."""
    n_remote: Floats
    n_local: Floats
    remote: Ints
    local: Ints

    def __len__(self) -> int:
        return len(self.place)

    @property
    def remote_of_places(self) -> Floats:
        """Visitors' stays of each institution, in its cells."""
        return _totals(self.place, self.n_remote, len(self.places))

    @property
    def local_of_places(self) -> Floats:
        """Neighbours' stays of each institution, in its cells."""
        return _totals(self.place, self.n_local, len(self.places))


@dataclass(frozen=True)
class Effects:
    """Per institution: what its own cells say (``own`` ± ``error``, log ratio), and what is believed after pooling."""

    own: Floats
    error: Floats
    believed: Posterior


def match(frame: Frame) -> Cells:
    """Return the cells of ``frame`` (the view ``visitor_cell``) in which visitors can be compared with neighbours."""
    is_remote = frame["origin"] == "REMOTE"
    # A cell's first row lies among its institution's: the view is in the order of institutions.
    cell, first = coded_by(frame, ("subject_id", "icd3", "operation"))
    many = len(first)
    n = frame["n"].astype(np.float64)
    n_remote = _totals(cell, n * is_remote, many)
    n_local = _totals(cell, n * ~is_remote, many)
    merged = (frame["icd3"][first] == MERGED) | (frame["operation"][first] == MERGED)
    kept = np.flatnonzero((n_remote > 0) & (n_local >= FEWEST_NEIGHBOURS) & ~merged)
    number = np.full(many, -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    of_row = number[cell]
    places, place = np.unique(frame.key[first[kept]].astype(str), return_inverse=True)
    level_of = dict(zip(frame.key[is_remote], frame["level"][is_remote], strict=True))
    return Cells(
        places=places.astype(object),
        level=np.array([level_of[one] for one in places], dtype=object),
        place=place.astype(np.int64),
        n_remote=n_remote[kept],
        n_local=n_local[kept],
        remote=np.where(is_remote, of_row, -1),
        local=np.where(is_remote, -1, of_row),
    )


def learn(frame: Frame) -> Learned:
    """Return what is usual: learned from every institution of ``frame`` that has visitors and neighbours."""
    cells = match(frame)
    effects, variance, between, prior = {}, {}, {}, {}
    for measure in MEASURES:
        effects[measure] = _learn_effects(frame, cells, measure)
        variance[measure] = _learn_variance(frame, cells, measure)
        difference, error = differences(frame, cells, measure, effects[measure], variance[measure])
        between[measure] = _learn_between(cells.place, difference, error)
        own, own_error = _pooled(cells.place, len(cells.places), difference, error, between[measure])
        prior[measure] = learn_prior(own, own_error)
    return Learned(effects, variance, between, prior)


def effects_of(learned: Learned, frame: Frame, cells: Cells, measure: str) -> Effects:
    """Return the effect of being a visitor on ``measure``, for each institution of ``cells``."""
    difference, error = differences(frame, cells, measure, learned.effects[measure], learned.variance[measure])
    own, own_error = _pooled(cells.place, len(cells.places), difference, error, learned.between[measure])
    return Effects(own, own_error, posterior(learned.prior[measure], own, own_error))


def differences(
    frame: Frame, cells: Cells, measure: str, effects: list[float], variance: Mapping[str, float]
) -> tuple[Floats, Floats]:
    """Return of each cell the log ratio of geometric means, visitors by neighbours, and its variance."""
    shift = age_and_sex(frame, effects)
    total = frame[f"ln_{measure}"].astype(np.float64)
    n = frame["n"].astype(np.float64)
    known = ~np.isnan(shift)
    remote, local = cells.remote, cells.local
    adjusted = _cell_sums(remote, total - np.where(known, shift, 0) * n, len(cells)) / cells.n_remote
    # Whose age was merged away is taken to be as old as the cell's visitors are.
    visitors = _cell_sums(remote, np.where(known, shift, 0) * n, len(cells)) / cells.n_remote
    assumed = np.where(known, shift, visitors[np.maximum(local, 0)] if len(cells) else 0.0)
    against = _cell_sums(local, total - assumed * n, len(cells)) / cells.n_local
    spread = np.array([variance.get(str(level), variance["all"]) for level in cells.level])
    error = spread[cells.place] * (1 / cells.n_remote + 1 / cells.n_local)
    return adjusted - against, error


def age_and_sex(frame: Frame, effects: list[float]) -> Floats:
    """Return of each row what its age band and sex add to the log; NaN where the age was merged away."""
    return np.where(frame["age_band"] == MERGED, np.nan, _dummies(frame) @ np.array(effects))


def _dummies(frame: Frame) -> Floats:
    columns = [frame["age_band"] == band for band in AGE_BANDS] + [frame["sex"] == sex for sex in SEXES]
    return np.column_stack(columns).astype(np.float64)


def _cell_sums(cell: Ints, values: Floats, cells: int) -> Floats:
    here = cell >= 0
    return _totals(cell[here], values[here], cells)


def _totals(group: Ints, values: Floats, groups: int) -> Floats:
    """Return the sum of each group; ``bincount`` of nothing would be whole numbers."""
    return np.bincount(group, values, groups).astype(np.float64)


def _learn_effects(frame: Frame, cells: Cells, measure: str) -> list[float]:
    """Return what age bands and sexes add to the log, within cells, visitors and neighbours apart."""
    side = np.where(cells.remote >= 0, cells.remote, np.where(cells.local >= 0, cells.local + len(cells), -1))
    use = (side >= 0) & (frame["age_band"] != MERGED)
    _, group = np.unique(side[use], return_inverse=True)
    n = frame["n"][use].astype(np.float64)
    mean = frame[f"ln_{measure}"][use] / n
    dummies = _dummies(frame)[use]
    total = np.bincount(group, n)
    mean = mean - (np.bincount(group, n * mean) / total)[group] if len(n) else mean
    for column in dummies.T:
        column -= (np.bincount(group, n * column) / total)[group] if len(n) else 0
    width = dummies.shape[1]
    # A little ridge: bands of which there are few say nothing, and the bands together are one too many.
    weight = dummies.T @ (dummies * n[:, None]) + 50 * np.eye(width)
    found: list[float] = np.linalg.solve(weight, dummies.T @ (n * mean)).tolist()
    return found


def _learn_variance(frame: Frame, cells: Cells, measure: str) -> dict[str, float]:
    """Return the variance of the log within rows of one cell, age and sex, by level."""
    n = frame["n"].astype(np.float64)
    total, square = frame[f"ln_{measure}"].astype(np.float64), frame[f"ln_{measure}_2"].astype(np.float64)
    cell = np.maximum(cells.remote, cells.local)
    inside = np.maximum(square - total * total / n, 0)
    level = cells.level[cells.place[np.maximum(cell, 0)]] if len(cells) else np.full(len(n), None)
    found = {}
    for name in ("all", *sorted({str(one) for one in cells.level})):
        rows = (cell >= 0) & ((level == name) | (name == "all"))
        free = float((n[rows] - 1).sum())
        found[name] = (float(inside[rows].sum()) + _STEADY * _USUAL_VARIANCE) / (free + _STEADY)
    return found


def _learn_between(place: Ints, difference: Floats, error: Floats) -> float:
    """Return the variance between cells of one institution, the same for all (DerSimonian and Laird, summed up)."""
    if not len(place):
        return _USUAL_BETWEEN
    heterogeneity, free, scale = _heterogeneity(place, int(place.max()) + 1, difference, error)
    estimate = float((heterogeneity - free).sum() / max(float(scale.sum()), 1e-9))
    freedom = float(free.sum())
    return max(0.0, (estimate * freedom + _USUAL_BETWEEN * _STEADY) / (freedom + _STEADY))


def _heterogeneity(place: Ints, places: int, difference: Floats, error: Floats) -> tuple[Floats, Floats, Floats]:
    """Return Cochran's Q of each institution, its degrees of freedom, and what a unit of variance adds to it."""
    weight = 1 / error
    total = _totals(place, weight, places)
    mean = _totals(place, weight * difference, places) / total
    q = _totals(place, weight * np.square(difference - mean[place]), places)
    return q, _totals(place, np.ones(len(place)), places) - 1, total - _totals(place, weight * weight, places) / total


def _pooled(place: Ints, places: int, difference: Floats, error: Floats, between: float) -> tuple[Floats, Floats]:
    """Return the effect of each institution and its standard error.

    How much its cells vary is partly its own: an institution that treats some visitors' diseases differently is less
    sure than its number of stays says.
    """
    if not places:
        return np.zeros(0), np.zeros(0)
    q, free, scale = _heterogeneity(place, places, difference, error)
    own = np.divide(q - free, scale, out=np.zeros(places), where=scale > 1e-9)
    spread = np.maximum((own * free + between * _STEADY) / (free + _STEADY), 0)
    weight = 1 / (error + spread[place])
    total = _totals(place, weight, places)
    return _totals(place, weight * difference, places) / total, 1 / np.sqrt(total)
