"""What the policy says about a settlement, and what the person had used before it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lianshen.settlement.integers import ONE, UNLIMITED, Ints, IntsLike, ints

Rows: TypeAlias = NDArray[np.intp] | NDArray[np.int64] | NDArray[np.bool_] | slice


@dataclass(frozen=True, slots=True)
class Terms:
    """What the policy says for each of n settlements: fen, and ratios in ten-thousandths; (n,) unless said.

    Build with :meth:`of`, which repeats single numbers and fills in "no such benefit". The fields stand in the order
    in which :func:`lianshen.settlement.settle` takes the layers.
    """

    accept_limit: Ints
    """Most of the in-scope amount that the funds look at at all, a benchmark for example; the rest is the person's."""
    prepay: Ints
    """Share of the accepted amount that the person pays first for remote care (0 in most places)."""
    deductible: Ints
    """Standard of this admission, or of the year for outpatient care."""
    slice_start: Ints
    """(n, k): where each slice begins, counted on the amount above the deductible; the first is 0."""
    slice_ratio: Ints
    """(n, k): share that the pooled fund pays of each slice, before the remote reduction."""
    reduction_points: Ints
    """Percentage points taken off every ratio (10 points = 1000); 0 where the region writes factors."""
    reduction_factor: Ints
    """Factor on every ratio (0.90 = 9000); 10000 where the region writes points. Never converted into each other."""
    cap: Ints
    """Most that the pooled fund pays in the year."""
    large_ratio: Ints
    """Share that employees' large-amount fund pays of what the pooled fund would have paid above the cap."""
    large_threshold: Ints
    """Yearly in-scope burden above which that fund pays a share of the burden too, where a region does it so."""
    large_burden_ratio: Ints
    """That share."""
    tier_start: Ints
    """(n, t): where each catastrophic tier begins on the yearly in-scope burden; the first is the threshold."""
    tier_ratio: Ints
    """(n, t): share that residents' catastrophic insurance pays of each tier."""
    tier_limit: Ints
    """Most that it pays in the year."""
    civil_ratio: Ints
    """Share of the remaining in-scope burden that the civil-servant subsidy pays."""
    civil_limit: Ints
    """Most that it pays in the year."""
    enterprise_ratio: Ints
    """Share of what is left then that the enterprise's supplementary insurance pays."""
    enterprise_limit: Ints
    """Most that it pays in the year."""
    veteran_ratio: Ints
    """Share of what is left then that the fund for disabled veterans pays."""
    veteran_limit: Ints
    """Most that it pays in the year."""
    assist_ratio: Ints
    """Share of the in-scope burden left that medical assistance pays, above its threshold."""
    assist_threshold: Ints
    """What a person on assistance bears of each settlement before it begins."""
    assist_limit: Ints
    """Most that it pays in the year."""

    @classmethod
    def of(
        cls,
        n: int = 1,
        *,
        deductible: IntsLike = 0,
        ratio: IntsLike | None = None,
        slice_start: IntsLike = 0,
        slice_ratio: IntsLike = 0,
        accept_limit: IntsLike = UNLIMITED,
        prepay: IntsLike = 0,
        reduction_points: IntsLike = 0,
        reduction_factor: IntsLike = ONE,
        cap: IntsLike = UNLIMITED,
        large_ratio: IntsLike = 0,
        large_threshold: IntsLike = UNLIMITED,
        large_burden_ratio: IntsLike = 0,
        tier_start: IntsLike = UNLIMITED,
        tier_ratio: IntsLike = 0,
        tier_limit: IntsLike = UNLIMITED,
        civil_ratio: IntsLike = 0,
        civil_limit: IntsLike = UNLIMITED,
        enterprise_ratio: IntsLike = 0,
        enterprise_limit: IntsLike = UNLIMITED,
        veteran_ratio: IntsLike = 0,
        veteran_limit: IntsLike = UNLIMITED,
        assist_ratio: IntsLike = 0,
        assist_threshold: IntsLike = 0,
        assist_limit: IntsLike = UNLIMITED,
    ) -> Terms:
        """Return terms for ``n`` settlements; a benefit that is not named does not exist.

        ``ratio`` is one ratio for the whole amount, instead of slices. Slices and tiers are (k,) for all alike, or
        (n, k).
        """
        if ratio is not None:
            slice_start, slice_ratio = np.zeros((n, 1), dtype=np.int64), ints(ratio, n)[:, None]
        return cls(
            accept_limit=ints(accept_limit, n),
            prepay=ints(prepay, n),
            deductible=ints(deductible, n),
            slice_start=_table(slice_start, n),
            slice_ratio=_table(slice_ratio, n),
            reduction_points=ints(reduction_points, n),
            reduction_factor=ints(reduction_factor, n),
            cap=ints(cap, n),
            large_ratio=ints(large_ratio, n),
            large_threshold=ints(large_threshold, n),
            large_burden_ratio=ints(large_burden_ratio, n),
            tier_start=_table(tier_start, n),
            tier_ratio=_table(tier_ratio, n),
            tier_limit=ints(tier_limit, n),
            civil_ratio=ints(civil_ratio, n),
            civil_limit=ints(civil_limit, n),
            enterprise_ratio=ints(enterprise_ratio, n),
            enterprise_limit=ints(enterprise_limit, n),
            veteran_ratio=ints(veteran_ratio, n),
            veteran_limit=ints(veteran_limit, n),
            assist_ratio=ints(assist_ratio, n),
            assist_threshold=ints(assist_threshold, n),
            assist_limit=ints(assist_limit, n),
        )

    def __len__(self) -> int:
        return len(self.deductible)

    def take(self, rows: Rows) -> Terms:
        """Return the terms of some settlements, by position, mask or slice."""
        return Terms(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Accumulators:
    """What the person had used before this settlement; fen, (n,). The default is a person at the start of a year.

    A room is what is left under a yearly limit; :data:`UNLIMITED` where the record does not say: the whole limit.
    """

    cap_room: Ints
    """Left under the yearly cap of the pooled fund."""
    deductible_paid: Ints
    """Deductible already paid: of the year (outpatient), or on the admission this one was transferred from."""
    burden: Ints
    """In-scope amounts of the year that the pooled fund did not pay, for the catastrophic tiers and the large fund."""
    tier_room: Ints
    civil_room: Ints
    enterprise_room: Ints
    veteran_room: Ints
    assist_room: Ints

    @classmethod
    def of(
        cls,
        n: int = 1,
        *,
        cap_room: IntsLike = UNLIMITED,
        deductible_paid: IntsLike = 0,
        burden: IntsLike = 0,
        tier_room: IntsLike = UNLIMITED,
        civil_room: IntsLike = UNLIMITED,
        enterprise_room: IntsLike = UNLIMITED,
        veteran_room: IntsLike = UNLIMITED,
        assist_room: IntsLike = UNLIMITED,
    ) -> Accumulators:
        """Return accumulators for ``n`` settlements, single numbers repeated."""
        return cls(
            cap_room=ints(cap_room, n),
            deductible_paid=ints(deductible_paid, n),
            burden=ints(burden, n),
            tier_room=ints(tier_room, n),
            civil_room=ints(civil_room, n),
            enterprise_room=ints(enterprise_room, n),
            veteran_room=ints(veteran_room, n),
            assist_room=ints(assist_room, n),
        )

    def take(self, rows: Rows) -> Accumulators:
        """Return the accumulators of some settlements, by position, mask or slice."""
        return Accumulators(*(getattr(self, field.name)[rows] for field in fields(self)))


def _table(value: IntsLike, n: int) -> Ints:
    """Return (n, k): rows repeated where one row is given."""
    array = ints(value)
    return array if array.ndim == 2 else np.repeat(array[None, :], n, axis=0)
