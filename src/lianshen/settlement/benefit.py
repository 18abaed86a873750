"""How the in-scope amount of a settlement is shared between the funds and the person.

One function, :func:`settle`; everything it worked out on the way stays in its result, so that an explanation shows
the numbers that were used and not a second computation of them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from lianshen.settlement.integers import LARGEST_BILL, ONE, UNLIMITED, Ints, IntsLike, above, ints, require, round_div


@dataclass(frozen=True, slots=True)
class Terms:
    """What the policy says for each of n settlements: fen, and ratios in ten-thousandths; (n,) unless said.

    Build with :meth:`of`, which repeats single numbers and fills in "no such benefit".
    """

    prepay: Ints
    """Share of the in-scope amount that the person pays first for remote care (0 in most places)."""
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
    tier_start: Ints
    """(n, t): where each catastrophic tier begins on the yearly in-scope burden; the first is the threshold."""
    tier_ratio: Ints
    """(n, t): share that residents' catastrophic insurance pays of each tier."""
    large_ratio: Ints
    """Share that employees' large-amount fund pays of what the pooled fund would have paid above the cap."""
    civil_ratio: Ints
    """Share of the remaining in-scope burden that the civil-servant subsidy pays."""
    civil_limit: Ints
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
        prepay: IntsLike = 0,
        reduction_points: IntsLike = 0,
        reduction_factor: IntsLike = ONE,
        cap: IntsLike = UNLIMITED,
        tier_start: IntsLike = UNLIMITED,
        tier_ratio: IntsLike = 0,
        large_ratio: IntsLike = 0,
        civil_ratio: IntsLike = 0,
        civil_limit: IntsLike = UNLIMITED,
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
            prepay=ints(prepay, n),
            deductible=ints(deductible, n),
            slice_start=_table(slice_start, n),
            slice_ratio=_table(slice_ratio, n),
            reduction_points=ints(reduction_points, n),
            reduction_factor=ints(reduction_factor, n),
            cap=ints(cap, n),
            tier_start=_table(tier_start, n),
            tier_ratio=_table(tier_ratio, n),
            large_ratio=ints(large_ratio, n),
            civil_ratio=ints(civil_ratio, n),
            civil_limit=ints(civil_limit, n),
            assist_ratio=ints(assist_ratio, n),
            assist_threshold=ints(assist_threshold, n),
            assist_limit=ints(assist_limit, n),
        )

    def __len__(self) -> int:
        return len(self.deductible)

    def take(self, rows: NDArray[np.intp] | NDArray[np.int64] | NDArray[np.bool_]) -> Terms:
        """Return the terms of some settlements, by position or mask."""
        return Terms(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Accumulators:
    """What the person had used before this settlement; fen, (n,). The default is a person at the start of a year."""

    cap_room: Ints
    """Left under the yearly cap of the pooled fund; :data:`UNLIMITED` where the record does not say: the whole cap."""
    deductible_paid: Ints
    """Deductible already paid: of the year (outpatient), or on the admission this one was transferred from."""
    burden: Ints
    """In-scope amounts of the year that the pooled fund did not pay, for the catastrophic tiers."""
    civil_room: Ints
    """Left under the yearly limit of the civil-servant subsidy; UNLIMITED: the whole limit."""
    assist_room: Ints
    """Left under the yearly limit of medical assistance; UNLIMITED: the whole limit."""

    @classmethod
    def of(
        cls,
        n: int = 1,
        *,
        cap_room: IntsLike = UNLIMITED,
        deductible_paid: IntsLike = 0,
        burden: IntsLike = 0,
        civil_room: IntsLike = UNLIMITED,
        assist_room: IntsLike = UNLIMITED,
    ) -> Accumulators:
        """Return accumulators for ``n`` settlements, single numbers repeated."""
        return cls(*(ints(value, n) for value in (cap_room, deductible_paid, burden, civil_room, assist_room)))

    def take(self, rows: NDArray[np.intp] | NDArray[np.int64] | NDArray[np.bool_]) -> Accumulators:
        """Return the accumulators of some settlements, by position or mask."""
        return Accumulators(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Settlement:
    """What each settlement comes to, in fen, (n,) unless said, with the steps in between.

    ``fund + psn + hospital_share = total`` and ``account + cash = psn``, exactly.
    """

    terms: Terms
    accumulators: Accumulators
    total: Ints
    in_scope: Ints
    prepay: Ints
    """Paid first by the person for remote care; belongs to pre-self-pay."""
    deductible: Ints
    """Actually paid this time."""
    base: Ints
    """In-scope amount above prepay and deductible."""
    sliced: Ints
    """(n, k): ``base`` by slice."""
    ratio: Ints
    """(n, k): share of each slice in hundred-millionths, after the reduction in its own form."""
    calculated: Ints
    """What the ratios give before the cap."""
    room: Ints
    """Left under the cap."""
    hifp: Ints
    over_cap: Ints
    """``calculated`` that the cap cut off."""
    burden: Ints
    """In-scope amount that the pooled fund did not pay, with the deductible."""
    hifob: Ints
    hifmi: Ints
    cvlserv: Ints
    maf: Ints
    fund: Ints
    hospital_share: Ints
    psn: Ints
    account: Ints
    cash: Ints

    @property
    def policy_ratio(self) -> Ints:
        """Share of ``base`` that the ratios give, in ten-thousandths; of the first slice where ``base`` is 0."""
        mixed = (self.sliced * self.ratio).sum(axis=1) // np.maximum(self.base, 1)
        return round_div(np.where(self.base > 0, mixed, self.ratio[:, 0]), ONE)


def settle(
    in_scope: IntsLike,
    terms: Terms,
    accumulators: Accumulators | None = None,
    *,
    total: IntsLike | None = None,
    hospital_share: IntsLike = 0,
    account: IntsLike = 0,
) -> Settlement:
    """Settle n bills: pooled fund, layers, person, in the order that the policy lays down.

    ``in_scope`` is the sum of the in-scope parts of the lines, ``total`` the whole bill (default: nothing outside
    the scope), ``hospital_share`` what the hospital bears, ``account`` how much the person wants to take from the
    personal account; fen, (n,) or single numbers; ``terms`` and ``accumulators`` have length n.

    Each published amount is rounded once, half up, and the person carries the remainder, so the parts add up to the
    bill. Raises :class:`OutOfBounds` for a negative amount, a bill above 900 million yuan, a total below the in-scope
    amount, a ratio outside 0…1, or points and a factor for the same settlement.
    """
    n = len(terms)
    scope = ints(in_scope, n)
    used = Accumulators.of(n) if accumulators is None else accumulators
    bill = scope if total is None else ints(total, n)
    hospital = ints(hospital_share, n)
    _check(scope, bill, hospital, terms)

    prepay = round_div(scope * terms.prepay, ONE)
    assessed = scope - prepay
    deductible = np.minimum(assessed, np.maximum(terms.deductible - used.deductible_paid, 0))
    base = assessed - deductible

    sliced = above(base, terms.slice_start)
    ratio = np.maximum(terms.slice_ratio - terms.reduction_points[:, None], 0) * terms.reduction_factor[:, None]
    calculated = round_div((sliced * ratio).sum(axis=1), ONE * ONE)
    room = np.maximum(np.minimum(terms.cap, used.cap_room), 0)
    hifp = np.minimum(calculated, room)
    over_cap = calculated - hifp

    burden = assessed - hifp
    hifob = round_div(over_cap * terms.large_ratio, ONE)
    before = np.maximum(used.burden, 0)
    in_tiers = above(before + burden, terms.tier_start) - above(before, terms.tier_start)
    hifmi = np.minimum(round_div((in_tiers * terms.tier_ratio).sum(axis=1), ONE), burden - hifob)
    left = burden - hifob - hifmi
    civil_room = np.maximum(np.minimum(terms.civil_limit, used.civil_room), 0)
    cvlserv = np.minimum(round_div(left * terms.civil_ratio, ONE), civil_room)
    left = left - cvlserv
    assist_room = np.maximum(np.minimum(terms.assist_limit, used.assist_room), 0)
    assisted = np.maximum(left - terms.assist_threshold, 0)
    maf = np.minimum(round_div(assisted * terms.assist_ratio, ONE), assist_room)

    fund = hifp + hifob + hifmi + cvlserv + maf
    psn = bill - fund - hospital
    require(psn >= 0, psn, "personal part in fen", "not negative: the hospital's share exceeds what the funds leave")
    from_account = np.minimum(np.maximum(ints(account, n), 0), psn)
    return Settlement(
        terms=terms, accumulators=used, total=bill, in_scope=scope, prepay=prepay, deductible=deductible, base=base,
        sliced=sliced, ratio=ratio, calculated=calculated, room=room, hifp=hifp, over_cap=over_cap, burden=burden,
        hifob=hifob, hifmi=hifmi, cvlserv=cvlserv, maf=maf, fund=fund, hospital_share=hospital, psn=psn,
        account=from_account, cash=psn - from_account,
    )  # fmt: skip


def _table(value: IntsLike, n: int) -> Ints:
    """Return (n, k): rows repeated where one row is given."""
    array = ints(value)
    return array if array.ndim == 2 else np.repeat(array[None, :], n, axis=0)


def _check(scope: Ints, bill: Ints, hospital: Ints, terms: Terms) -> None:
    require((scope >= 0) & (scope <= LARGEST_BILL), scope, "in-scope amount in fen", f"between 0 and {LARGEST_BILL}")
    require((bill >= scope) & (bill <= LARGEST_BILL), bill, "total in fen", f"the in-scope amount … {LARGEST_BILL}")
    require(hospital >= 0, hospital, "hospital share in fen", "not negative")
    for name in ("prepay", "slice_ratio", "tier_ratio", "large_ratio", "civil_ratio", "assist_ratio",
                 "reduction_points", "reduction_factor"):  # fmt: skip
        value = getattr(terms, name)
        require((value >= 0) & (value <= ONE), value, name, f"between 0 and {ONE} ten-thousandths")
    both = (terms.reduction_points != 0) & (terms.reduction_factor != ONE)
    require(~both, terms.reduction_points, "reduction_points", "0 where a factor is given: a region writes one form")
