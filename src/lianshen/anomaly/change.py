"""Whether a month is out of line with the months before it, and whether a change was a change beyond the peers'.

Rates are per day, so that a month under way counts; and a month is held against what all peers did in it, so that a
festival or a season is nobody's change.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from lianshen.anomaly.spec import Floats

Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]
FEWEST_MONTHS = 6
"""With fewer months there is no usual to leave."""
RATIO = 1.5
MADS = 3.0


@dataclass(frozen=True)
class Jump:
    """The last month of each row against its history: what was expected, the limit, and whether it went over."""

    actual: Floats
    expected: Floats
    limit: Floats
    months: Floats
    is_jump: Bools


def jumps(history: Floats, actual: Floats, *, ratio: float = RATIO, mads: float = MADS) -> Jump:
    """Return whether each row's ``actual`` exceeds ``ratio`` medians and the mean plus ``mads`` MADs of its history.

    ``history`` is rows × months, NaN where nothing is known. With fewer than :data:`FEWEST_MONTHS` months expected and
    limit are NaN and nothing is a jump.
    """
    months = np.isfinite(history).sum(axis=1).astype(np.float64)
    enough = months >= FEWEST_MONTHS
    expected, limit = np.full(len(actual), np.nan), np.full(len(actual), np.nan)
    if enough.any():
        known = history[enough]
        middle = np.nanmedian(known, axis=1)
        mad = np.nanmedian(np.abs(known - middle[:, None]), axis=1)
        expected[enough] = middle
        limit[enough] = np.maximum(ratio * middle, np.nanmean(known, axis=1) + mads * mad)
    return Jump(actual, expected, limit, months, enough & (actual > np.nan_to_num(limit, nan=np.inf)))


@dataclass(frozen=True, slots=True)
class Shift:
    """A difference in differences: how much more a subject changed than its peers, with its standard error."""

    effect: float
    error: float

    def interval(self, z: float = 1.96) -> tuple[float, float]:
        """Return the interval of ``z`` standard errors."""
        return self.effect - z * self.error, self.effect + z * self.error


def difference_in_differences(
    before: tuple[float, float], after: tuple[float, float], peers: Floats, least_peers: int = 5
) -> Shift | None:
    """Return how much more a share rose than those of peers; None with fewer than ``least_peers`` of them.

    ``before`` and ``after`` are (share, number of cases) of the subject; ``peers`` the changes of the peers' shares.
    The peers' usual change is their median, their spread (chance, and what differs between them) 1.4826 MADs; the
    subject's own chance is added to it.
    """
    if len(peers) < least_peers or before[1] <= 0 or after[1] <= 0:
        return None
    usual = float(np.median(peers))
    spread = 1.4826 * float(np.median(np.abs(peers - usual)))
    # Half a case more on either side: a share of nothing is not known exactly.
    chance = sum((smooth := (share * n + 0.5) / (n + 1)) * (1 - smooth) / n for share, n in (before, after))
    return Shift(after[0] - before[0] - usual, sqrt(chance + spread**2 + spread**2 * 1.571 / len(peers)))
