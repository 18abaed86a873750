"""What the samples say of all: how often a settlement without finding holds a fault, and what screening finds of all.

Strata are weighted to their sizes. Bounds of a share are Clopper and Pearson's at the effective size of the weighted
sample (L. Kish, Survey Sampling, 1965, §8.2; E. Korn, B. Graubard, Survey Methodology 24, 1998): they hold where
nothing was found, too. Bounds of recall put the worse bound of either part together, so they are rather too wide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lianshen.anomaly.extrapolate import LEAST_PER_STRATUM, Extrapolation, extrapolate

CONFIDENCE = 0.95
TINY = 1e-6


@dataclass(frozen=True)
class Share:
    """A share with one-sided bounds at ``confidence`` each; ``seen`` rows were looked at, of ``of`` in all."""

    share: float
    lower: float
    upper: float
    seen: int
    of: int


@dataclass(frozen=True)
class Looked:
    """One answered task: its stratum ``agency|level|care``, whether there is a fault, and what fund money, fen."""

    stratum: str
    holds: bool
    amount: int


@dataclass(frozen=True)
class BlindEstimate:
    """What the blind sample says: the base rate among settlements without finding, and what is overlooked, fen.

    ``missed`` is None until every stratum, merged as far as need be, was looked at twice. ``by`` names the strata.
    """

    rate: Share
    missed: Extrapolation | None
    by: str


@dataclass(frozen=True)
class Recall:
    """Share of all settlements with a fault that screening finds; numbers of settlements."""

    recall: float
    lower: float
    upper: float
    found: float
    overlooked: float


def bounds(share: float, seen: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return Clopper and Pearson's one-sided bounds of a share of ``seen`` rows, which need not be whole numbers."""
    from scipy.stats import beta

    if seen <= 0:
        return 0.0, 1.0
    hits = share * seen
    # Less than a millionth of a row is no row, and too little for the function.
    lower = float(beta.ppf(1 - confidence, hits, seen - hits + 1)) if hits > TINY else 0.0
    upper = float(beta.ppf(confidence, hits + 1, seen - hits)) if seen - hits > TINY else 1.0
    return lower, upper


def share_of(hits: int, seen: int, of: int | None = None, confidence: float = CONFIDENCE) -> Share:
    """Return the share of a simple random sample, with bounds."""
    share = hits / seen if seen else 0.0
    return Share(share, *bounds(share, seen, confidence), seen, seen if of is None else of)


def _coarser(stratum: str) -> list[str]:
    """Return the names of a stratum from fine to coarse: agency, level and care; level and care; care; everything."""
    parts = stratum.split("|")
    return ["|".join(parts[start:]) for start in range(len(parts))] + ["*"]


BY = ("agency|level|care", "level|care", "care", "all")


def estimate_blind(
    looked: Sequence[Looked], sizes: Mapping[str, int], confidence: float = CONFIDENCE
) -> BlindEstimate | None:
    """Return what the answered tasks say of all settlements without finding; None while nothing was answered.

    ``sizes`` says how many there were in each stratum. The finest strata are used of which every one has two answers.
    """
    if not looked or not any(sizes.values()):
        return None
    level, merged = 0, dict[str, int]()
    for level in range(len(BY)):
        merged = {}
        for stratum, size in sizes.items():
            name = _coarser(stratum)[level]
            merged[name] = merged.get(name, 0) + size
        names = np.array([_coarser(one.stratum)[level] for one in looked], dtype=object)
        answered = {name: int((names == name).sum()) for name in merged}
        if all(answered[name] >= min(LEAST_PER_STRATUM, size) for name, size in merged.items()):
            break
    holds = np.array([one.holds for one in looked], dtype=float)
    weights = np.array([merged[name] / answered[name] for name in names], dtype=float)
    total = sum(merged.values())
    share = float((weights * holds).sum() / total) if all(answered.values()) else float(holds.mean())
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    rate = Share(share, *bounds(share, effective, confidence), len(looked), total)
    amounts = [float(one.amount if one.holds else 0) for one in looked]
    enough = all(answered[name] >= min(LEAST_PER_STRATUM, size) for name, size in merged.items())
    missed = extrapolate([str(name) for name in names], amounts, merged, confidence) if enough else None
    return BlindEstimate(rate, missed, BY[level])


def recall_of(found: int, upheld: Share, overlooked: Share) -> Recall:
    """Return the recall of screening.

    :param found: settlements with a finding.
    :param upheld: share of findings that hold, by decisions.
    :param overlooked: share of settlements without finding that hold a fault, by the blind sample.
    """

    def ratio(hits: float, misses: float) -> float:
        return hits / (hits + misses) if hits + misses else 0.0

    hits = [found * share for share in (upheld.share, upheld.lower, upheld.upper)]
    misses = [overlooked.of * share for share in (overlooked.share, overlooked.lower, overlooked.upper)]
    return Recall(ratio(hits[0], misses[0]), ratio(hits[1], misses[2]), ratio(hits[2], misses[1]), hits[0], misses[0])
