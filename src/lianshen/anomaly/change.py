"""Whether a month is out of line with the months before it, and whether a change was a change beyond the peers'.

Rates are per day, so that a month under way counts; and a month is held against what all peers did in it, so that a
festival or a season is nobody's change.
"""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Shift:
    """A difference in differences: how much more each subject changed than its peers, with its standard error.

    NaN where there is nothing before, nothing after, or too few peers.
    """

    effect: Floats
    error: Floats

    @property
    def z(self) -> Floats:
        """The effect in standard errors."""
        return self.effect / self.error

    def interval(self, z: float = 1.96) -> tuple[Floats, Floats]:
        """Return the interval of ``z`` standard errors."""
        return self.effect - z * self.error, self.effect + z * self.error


FEWEST_PEERS = 5


def difference_in_differences(
    before: tuple[Floats, Floats], after: tuple[Floats, Floats], usual: Floats, mad: Floats, peers: Floats
) -> Shift:
    """Return how much more a mean rose than those of peers.

    ``before`` and ``after`` are means with their standard errors; ``usual`` the median change of ``peers`` peers and
    ``mad`` the median distance of their changes from it. The peers' spread (chance, and what differs between them) is
    1.4826 MADs; the subject's own chance is added to it, and that of the median.
    """
    spread = 1.4826 * mad
    error = np.sqrt(np.square(before[1]) + np.square(after[1]) + np.square(spread) * (1 + 1.571 / np.maximum(peers, 1)))
    effect = after[0] - before[0] - usual
    known = np.isfinite(effect) & (peers >= FEWEST_PEERS) & (error > 0)
    return Shift(np.where(known, effect, np.nan), np.where(known, error, np.nan))
