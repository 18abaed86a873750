"""From a sample to all: draw a stratified sample, and say from what was found in it how much there is at least.

Stratified expansion with Satterthwaite's degrees of freedom (W. G. Cochran, Sampling Techniques, 3rd ed., 1977, §5.4
and §5A.1); the one-sided lower limit is what may be asked back when only a sample was looked at. What is found is
nothing for most and much for a few, so the limit lies low rather than high.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lianshen.anomaly.errors import TooFewRows
from lianshen.anomaly.spec import Floats, Ints, Text

CONFIDENCE = 0.95
LEAST_PER_STRATUM = 2


@dataclass(frozen=True)
class Sample:
    """Which rows were drawn; ``seed`` draws the same again. ``sizes``, ``drawn``: rows per stratum, all and sampled."""

    rows: Ints
    seed: int
    sizes: Mapping[str, int]
    drawn: Mapping[str, int]


@dataclass(frozen=True)
class Extrapolation:
    """What the whole comes to, in the unit of the amounts; ``lower`` is the one-sided limit at ``confidence``."""

    total: float
    lower: float
    confidence: float
    standard_error: float
    degrees: float


def draw(strata: Sequence[str] | Text, size: int, seed: int, *, weights: Mapping[str, float] | None = None) -> Sample:
    """Draw about ``size`` rows at random: from each stratum in proportion to its rows times its weight.

    ``weights`` are guesses of how much amounts vary in a stratum (Neyman's allocation); 1 where none is given. Every
    stratum gives at least two rows, or all it has.

    :raises TooFewRows: where there is nothing to draw from.
    """
    names = np.asarray(strata, dtype=object).astype(str)
    if not len(names) or size < 1:
        raise TooFewRows(f"a sample of {size} from {len(names)} rows: there is nothing to draw")
    known, places = np.unique(names, return_inverse=True)
    counts = np.bincount(places)
    pull = counts * np.array([(weights or {}).get(str(name), 1.0) for name in known])
    wanted = np.maximum(np.rint(size * pull / pull.sum()).astype(int), LEAST_PER_STRATUM)
    wanted = np.minimum(wanted, counts)
    random = np.random.default_rng(seed)
    rows = [
        np.sort(random.choice(np.flatnonzero(places == stratum), number, replace=False))
        for stratum, number in enumerate(wanted)
    ]
    sizes = {str(name): int(count) for name, count in zip(known, counts, strict=True)}
    drawn = {str(name): int(number) for name, number in zip(known, wanted, strict=True)}
    return Sample(np.concatenate(rows).astype(np.int64), seed, sizes, drawn)


def extrapolate(
    strata: Sequence[str] | Text, amounts: Sequence[float] | Floats | Ints, sizes: Mapping[str, int],
    confidence: float = CONFIDENCE,
) -> Extrapolation:  # fmt: skip
    """Return what all rows come to, from the ``amounts`` found in the sampled rows of ``strata``.

    ``sizes`` says how many rows each stratum has. A stratum that was looked at whole adds no uncertainty.

    :raises TooFewRows: for a stratum of several rows in which fewer than two were looked at.
    """
    from scipy.stats import t as student

    names = np.asarray(strata, dtype=object).astype(str)
    found = np.asarray(amounts, dtype=float)
    total = variance = weight = 0.0
    for name, size in sizes.items():
        seen = found[names == name]
        if (size > 1 and len(seen) < LEAST_PER_STRATUM) or (not len(seen) and size):
            raise TooFewRows(f"stratum {name}: {len(seen)} of {size} rows were looked at; at least two are needed")
        if not size:
            continue
        total += size * float(seen.mean())
        spread = float(seen.var(ddof=1)) if len(seen) > 1 else 0.0
        part = size * (size - len(seen)) * spread / len(seen)
        variance += part
        weight += part * part / max(len(seen) - 1, 1)
    degrees = variance * variance / weight if weight else float("inf")
    error = variance**0.5
    reach = float(student.ppf(confidence, degrees)) if np.isfinite(degrees) else 0.0
    # No less was found than what lies on the table.
    lower = max(total - reach * error, float(found.sum()))
    return Extrapolation(total, min(lower, total), confidence, error, degrees)
