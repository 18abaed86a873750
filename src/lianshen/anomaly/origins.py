"""Where inpatients come from: what is usual for a city, and how far an institution's county is beyond it.

A county's usual share among the patients from elsewhere is learned for each city of treatment, drawn towards the share
in the whole province, with no institution counting for more than :data:`CAP` stays: a cluster is not its own measure,
and a border city's neighbours are nobody's cluster. Counts are compared on the square-root scale (Anscombe 1948), where
chance has the same size whatever is expected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.pooling import numbered
from lianshen.anomaly.spec import Floats, Ints, Text

CAP = 100.0
PRIOR = 50.0
RARE = 1e-4
"""Share of a county that was never seen."""
EVERYWHERE = "all"
Shares = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Clusters:
    """One row for each institution and month: ``top`` is the row of the frame with the strangest county.

    ``expected`` are that county's usual stays; ``county_z`` and ``day_z`` how far its stays, and the most arrivals of
    one day from one county, lie beyond chance; ``simpson`` the chance that two patients are of one county, less the
    usual one, with its error ``simpson_s``; ``herfindahl`` the sum of squared shares.
    """

    keys: list[tuple[str, str]]
    top: Ints
    n: Floats
    expected: Floats
    county_z: Floats
    day_z: Floats
    simpson: Floats
    simpson_s: Floats
    herfindahl: Floats


def learn_origins(frame: Frame) -> dict[str, dict[str, float]]:
    """Return the usual share of each county by pool of treatment, and of the province under ``all``."""
    keys, inverse = numbered(frame, "subject_id", "setl_month")
    total = np.bincount(inverse, weights=frame["n"], minlength=len(keys))
    weight = frame["n"] * np.minimum(1.0, CAP / np.maximum(total, 1))[inverse]
    whole = _summed(frame["origin"], weight)
    everything = sum(whole.values())
    shares = {EVERYWHERE: {origin: n / everything for origin, n in whole.items()}}
    for pool in sorted(set(frame["treat_pool"])):
        rows = frame["treat_pool"] == pool
        here = _summed(frame["origin"][rows], weight[rows])
        count = sum(here.values())
        shares[pool] = {
            origin: (here.get(origin, 0.0) + PRIOR * share) / (count + PRIOR)
            for origin, share in shares[EVERYWHERE].items()
        }
    return shares


def clusters_of(frame: Frame, shares: Shares) -> Clusters:
    """Return what each institution and month of ``frame`` (a view of institution_origin) comes to."""
    keys, inverse = numbered(frame, "subject_id", "setl_month")
    many = len(keys)
    n = np.bincount(inverse, weights=frame["n"], minlength=many).astype(np.float64)
    share = np.array([
        max(shares.get(pool, shares[EVERYWHERE]).get(origin, RARE), RARE)
        for pool, origin in zip(frame["treat_pool"], frame["origin"], strict=True)
    ])  # fmt: skip
    expected = n[inverse] * share
    z = beyond(frame["n"].astype(np.float64), expected)
    day = beyond(frame["most"].astype(np.float64), expected / np.maximum(frame["days"], 1))
    # The county decides between equal ones, so that the order of rows does not.
    order = np.lexsort((frame["origin"].astype(str), -z, inverse))
    first = np.searchsorted(inverse[order], np.arange(many))
    top = order[first]
    day_z = np.full(many, -np.inf)
    np.maximum.at(day_z, inverse, day)
    squares = np.bincount(inverse, weights=np.square(frame["n"] / np.maximum(n[inverse], 1)), minlength=many)
    pairs = np.maximum(n * (n - 1), 1)
    simpson = np.bincount(inverse, weights=frame["n"] * (frame["n"] - 1.0), minlength=many) / pairs
    usual, error = _usual_simpson(frame, inverse, many, shares, n)
    return Clusters(
        keys=[(str(one), str(month)) for one, month in keys],
        top=np.asarray(top, dtype=np.int64),
        n=n,
        expected=expected[top],
        county_z=z[top],
        day_z=day_z,
        simpson=simpson - usual,
        simpson_s=error,
        herfindahl=squares.astype(np.float64),
    )


def beyond(count: Floats, expected: Floats) -> Floats:
    """Return how many standard deviations a count lies beyond the expected one."""
    z: Floats = 2 * (np.sqrt(count + 0.375) - np.sqrt(expected + 0.375))
    return z


def _usual_simpson(frame: Frame, inverse: Ints, many: int, shares: Shares, n: Floats) -> tuple[Floats, Floats]:
    by_pool = {}
    for pool in set(frame["treat_pool"]):
        p = np.array(list(shares.get(pool, shares[EVERYWHERE]).values()))
        by_pool[pool] = (float(np.sum(p**2)), float(np.sum(p**3)))
    square, cube = np.zeros(many), np.zeros(many)
    for row, pool in enumerate(frame["treat_pool"]):
        square[inverse[row]], cube[inverse[row]] = by_pool[pool]
    pairs = np.maximum(n * (n - 1), 1)
    variance = 4 * (cube - square**2) / np.maximum(n, 1) + 2 * square * (1 - square) / pairs
    return square, np.sqrt(np.maximum(variance, 1e-9))


def _summed(names: Text, weight: Floats) -> dict[str, float]:
    found, inverse = np.unique(names.astype(str), return_inverse=True)
    return dict(zip(map(str, found), np.bincount(inverse, weights=weight).tolist(), strict=True))
