"""What decisions teach: a logistic regression with shrunken effects, from which the agency's leniency is taken out.

The maximum of the posterior under normal effects is a ridge-penalised logistic regression (T. Hastie, R. Tibshirani,
J. Friedman, The Elements of Statistical Learning, 2nd ed., 2009, §4.4.4 and §18.3; as a mixed model: N. Breslow, D.
Clayton, JASA 88, 1993); intervals come from the curvature there (Laplace). The prior takes part as pseudo-decisions
(P. Clogg et al., JASA 86, 1991).

An agency that is lenient dismisses what another upholds. Its effect, with the mean of its institutions' effects, is
its leniency; predictions are for the mean agency, so nobody is spared because his agency spares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lianshen.ranking.counting import Chances
from lianshen.ranking.design import INTERCEPT_REACH, Design
from lianshen.ranking.settings import RankingSettings
from lianshen.ranking.units import Decisions, Floats, Ints, Units, text

SEVERITIES = (1.0, 2.0, 3.0)
CHUNK = 20_000


@dataclass(frozen=True)
class Leniency:
    """How one agency decides beside the mean of all, in log-odds: above 0 it upholds more, below it spares."""

    effect: float
    low: float
    high: float
    decisions: int
    upheld: int


@dataclass(frozen=True)
class FittedModel:
    """Effects and their covariance, as estimated; those called ``clean`` are for the mean agency."""

    design: Design
    effects: Floats
    clean: Floats
    covariance: Floats
    clean_covariance: Floats
    interval: float
    leniency: Mapping[str, Leniency]
    slope: float = 1.0
    shift: float = 0.0

    @classmethod
    def learn(cls, settings: RankingSettings, decisions: Decisions) -> FittedModel:
        """Fit on all decisions given. The same decisions give the same, in any order of equal moments."""
        from scipy.sparse import csr_array
        from sklearn.linear_model import LogisticRegression

        pseudo, weights, said = _pseudo(settings)
        kinds = sorted({(f, c) for f in settings.prior.upheld for c in ("definite", "suspicious")})
        design = Design.learn(settings.effects, decisions.units, kinds)
        parts = [design.slots(decisions.units), design.slots(pseudo)]
        where = np.vstack([part[0] for part in parts])
        values = np.vstack([part[1] for part in parts])
        label = np.concatenate([decisions.upheld.astype(float), said])
        weight = np.concatenate([np.ones(len(decisions)), weights])
        rows = np.repeat(np.arange(len(where)), where.shape[1])
        table = csr_array((values.ravel(), (rows, where.ravel())), shape=(len(where), design.width))
        # The penalty on the intercept is weak by its scale; all other columns are scaled to a normal of variance 1.
        solver = LogisticRegression(C=1.0, fit_intercept=False, solver="newton-cg", max_iter=200, tol=1e-8)
        effects = solver.fit(table, label, sample_weight=weight).coef_[0].astype(float)
        chance = 1 / (1 + np.exp(-(table @ effects)))
        curvature = (table.T @ (table * (weight * chance * (1 - chance))[:, None])).toarray()
        covariance = np.linalg.inv(curvature + np.eye(design.width))
        turn = _mean_agency(design)
        found = cls(design, effects, turn @ effects, covariance, turn @ covariance @ turn.T, settings.interval, {})
        return replace(found, leniency=_leniency(found, decisions))

    def log_odds(self, units: Units, *, as_decided: bool = False) -> tuple[Floats, Floats]:
        """Return the log-odds before the mean agency, or the one that it is before, and their standard errors."""
        where, values = self.design.slots(units)
        effects, covariance = (self.effects, self.covariance) if as_decided else (self.clean, self.clean_covariance)
        odds = (effects[where] * values).sum(axis=1)
        errors = np.empty(len(units))
        for start in range(0, len(units), CHUNK):
            part, size = where[start : start + CHUNK], values[start : start + CHUNK]
            block = covariance[part[:, :, None], part[:, None, :]]
            errors[start : start + CHUNK] = np.sqrt(np.maximum(np.einsum("ni,nij,nj->n", size, block, size), 0.0))
        return odds, errors

    def predict(self, units: Units, *, as_decided: bool = False) -> Chances:
        """Return the calibrated probability of each unit with its interval."""
        from scipy.stats import norm

        odds, errors = self.log_odds(units, as_decided=as_decided)
        reach = float(norm.ppf((1 + self.interval) / 2)) * errors
        return Chances(*(self._calibrated(one) for one in (odds, odds - reach, odds + reach)))

    def _calibrated(self, odds: Floats) -> Floats:
        return np.asarray(1 / (1 + np.exp(-(self.slope * odds + self.shift))))

    def calibrated(self, slope: float, shift: float) -> FittedModel:
        """Return the model with its log-odds moved by a calibration."""
        return replace(self, slope=slope, shift=shift)


def _pseudo(settings: RankingSettings) -> tuple[Units, Floats, Floats]:
    """Return the prior as decisions of no check, institution or agency: units, weights and whether upheld."""
    prior = settings.prior
    rows: list[tuple[str, str, float, float, float]] = []
    for family in sorted(prior.upheld):
        for certainty in ("definite", "suspicious"):
            for severity in SEVERITIES:
                chance = prior.chance(family, certainty, severity)
                weight = prior.strength / len(SEVERITIES)
                rows += [(family, certainty, severity, weight * chance, 1.0)]
                rows += [(family, certainty, severity, weight * (1 - chance), 0.0)]
    families, certainties, severities, weights, upheld = zip(*rows, strict=True)
    nothing, missing = text([""] * len(rows)), np.full(len(rows), np.nan)
    zeros: Ints = np.zeros(len(rows), dtype=np.int64)
    units = Units(nothing, text(families), text(certainties), np.array(severities), nothing, nothing, missing, missing,
                  zeros, zeros)  # fmt: skip
    return units, np.array(weights), np.array(upheld)


def _mean_agency(design: Design) -> Floats:
    """Return the matrix that turns effects as estimated into those before the mean agency.

    Within an agency the effects of institutions and pairs are measured from their own mean; what is taken out, and the
    agency's own effect, goes into the mean over agencies, which the intercept takes.
    """
    turn = np.eye(design.width)
    agencies = design.agencies
    part = 1 / (max(1, len(agencies)) * INTERCEPT_REACH)
    for agency in agencies:
        column = design.columns["agency", agency]
        turn[column, :] = 0.0
        turn[0, column] += part * design.reach("agency")
        for group in ("institution", "pair"):
            own = design.members(group, agency)
            for one in own:
                turn[0, one] += part * design.reach(group) / len(own)
                turn[one, own] -= 1 / len(own)
    return turn


def _leniency(model: FittedModel, decisions: Decisions) -> dict[str, Leniency]:
    from scipy.stats import norm

    design, agencies = model.design, model.design.agencies
    if not agencies:
        return {}
    own = np.zeros((len(agencies), design.width))
    for row, agency in enumerate(agencies):
        own[row, design.columns["agency", agency]] = design.reach("agency")
        for group in ("institution", "pair"):
            members = design.members(group, agency)
            own[row, members] = design.reach(group) / max(1, len(members))
    own -= own.mean(axis=0)
    effects = own @ model.effects
    errors = np.sqrt(np.einsum("ij,jk,ik->i", own, model.covariance, own))
    reach = float(norm.ppf((1 + model.interval) / 2))
    found = {}
    for agency, effect, error in zip(agencies, effects, errors, strict=True):
        mine = decisions.units.agency == agency
        counts = int(mine.sum()), int(decisions.upheld[mine].sum())
        found[agency] = Leniency(float(effect), float(effect - reach * error), float(effect + reach * error), *counts)
    return found
