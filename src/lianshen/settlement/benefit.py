"""How the in-scope amount of a settlement is shared between the funds and the person.

One function, :func:`settle`; everything it worked out on the way stays in its result, so that an explanation shows
the numbers that were used and not a second computation of them.
"""

from __future__ import annotations

import numpy as np

from lianshen.settlement.bounds import largest_ratios, refuse
from lianshen.settlement.integers import (
    LARGEST_BILL,
    ONE,
    UNLIMITED,
    Ints,
    IntsLike,
    above,
    ints,
    require,
    round_div,
    share_of,
    weighed,
)
from lianshen.settlement.result import Settlement
from lianshen.settlement.terms import Accumulators, Terms

BLOCK = 16_384
"""Settlements computed at a time, so that what is worked on stays in the processor's cache."""


def settle(
    in_scope: IntsLike,
    terms: Terms,
    accumulators: Accumulators | None = None,
    *,
    total: IntsLike | None = None,
    hospital_share: IntsLike = 0,
    account: IntsLike = 0,
    family: IntsLike = 0,
) -> Settlement:
    """Settle n bills: pooled fund, layers, person, in the order that the policy lays down.

    ``in_scope`` is the sum of the in-scope parts of the lines, ``total`` the whole bill (default: nothing outside
    the scope), ``hospital_share`` what the hospital bears, ``account`` how much the person wants to take from the
    own account and ``family`` how much from the family's after that; fen, (n,) or single numbers; ``terms`` and
    ``accumulators`` have length n.

    Order: limit of acceptance, prepay, deductible, slices by ratio after the reduction, cap; then large-amount fund,
    catastrophic insurance, civil servants, enterprise, veterans and assistance, each on what the one before left;
    then the accounts and cash. Each published amount is rounded once, half up, and the person carries the remainder,
    so the parts add up to the bill. Raises :class:`OutOfBounds` for a negative amount, a bill above 900 million
    yuan, a total below the in-scope amount, a ratio outside 0…1, or points and a factor for the same settlement.
    """
    n = len(terms)
    scope = ints(in_scope, n)
    used = Accumulators.of(n) if accumulators is None else accumulators
    bill = scope if total is None else ints(total, n)
    settled = Settlement.nothing_yet(terms, used, scope, bill, ints(hospital_share, n))
    wanted, wanted_of_family = ints(account, n), ints(family, n)
    for begin in range(0, n, BLOCK):
        rows = slice(begin, begin + BLOCK)
        block = settled.take(rows)
        largest = largest_ratios(block)
        if largest is None:
            refuse(settled)
        else:
            _pooled(block)
            _layers(block, largest)
            _person(block, wanted[rows], wanted_of_family[rows])
    psn = settled.psn
    require(psn >= 0, psn, "personal part in fen", "not negative: the hospital's share exceeds what the funds leave")
    return settled


def _pooled(s: Settlement) -> None:
    """From the in-scope amount to what the pooled fund pays."""
    t, used = s.terms, s.accumulators
    np.minimum(s.in_scope, t.accept_limit, out=s.accepted)
    np.subtract(s.in_scope, s.accepted, out=s.beyond)
    share_of(s.accepted, t.prepay, out=s.prepay)
    assessed = s.accepted - s.prepay
    np.subtract(t.deductible, used.deductible_paid, out=s.deductible)
    np.maximum(s.deductible, 0, out=s.deductible)
    np.minimum(s.deductible, assessed, out=s.deductible)
    np.subtract(assessed, s.deductible, out=s.base)

    above(s.base, t.slice_start, out=s.sliced)
    np.subtract(t.slice_ratio, t.reduction_points[:, None], out=s.ratio)
    np.maximum(s.ratio, 0, out=s.ratio)
    np.multiply(s.ratio, t.reduction_factor[:, None], out=s.ratio)
    weighed(s.sliced, s.ratio, out=s.calculated)
    s.calculated[:] = round_div(s.calculated, ONE * ONE)
    np.minimum(t.cap, used.cap_room, out=s.room)
    np.maximum(s.room, 0, out=s.room)
    np.minimum(s.calculated, s.room, out=s.hifp)
    np.subtract(s.calculated, s.hifp, out=s.over_cap)
    np.subtract(assessed, s.hifp, out=s.burden)


def _layers(s: Settlement, largest: dict[str, int]) -> None:
    """What the other funds pay, each of what the one before left."""
    t, used = s.terms, s.accumulators
    left = s.burden.copy()
    np.copyto(s.fund, s.hifp)
    before = np.maximum(used.burden, 0)
    if int(t.large_threshold.min()) < UNLIMITED:
        np.minimum(np.maximum(before + s.burden - t.large_threshold, 0), s.burden, out=s.over_threshold)
    if largest["large_ratio"] or largest["large_burden_ratio"]:
        large = s.over_cap * t.large_ratio + s.over_threshold * t.large_burden_ratio
        np.minimum(round_div(large, ONE), s.burden, out=s.hifob)
        _take(s.hifob, left, s.fund)
    if int(t.tier_start.min()) < UNLIMITED:
        above(before + s.burden, t.tier_start, out=s.tiered)
        np.subtract(s.tiered, above(before, t.tier_start), out=s.tiered)
        weighed(s.tiered, t.tier_ratio, out=s.hifmi)
        s.hifmi[:] = round_div(s.hifmi, ONE)
        np.minimum(s.hifmi, left, out=s.hifmi)
        np.minimum(s.hifmi, _room(t.tier_limit, used.tier_room), out=s.hifmi)
        _take(s.hifmi, left, s.fund)
    for pays, ratio, limit, room in (
        (s.cvlserv, "civil_ratio", t.civil_limit, used.civil_room),
        (s.hifes, "enterprise_ratio", t.enterprise_limit, used.enterprise_room),
        (s.hifdm, "veteran_ratio", t.veteran_limit, used.veteran_room),
        (s.maf, "assist_ratio", t.assist_limit, used.assist_room),
    ):
        if largest[ratio]:
            of = np.maximum(left - t.assist_threshold, 0) if pays is s.maf else left
            share_of(of, getattr(t, ratio), out=pays)
            np.minimum(pays, _room(limit, room), out=pays)
            _take(pays, left, s.fund)


def _person(s: Settlement, account: Ints, family: Ints) -> None:
    """What no fund pays, and from which purse the person pays it."""
    np.subtract(s.total, s.fund, out=s.psn)
    np.subtract(s.psn, s.hospital_share, out=s.psn)
    np.minimum(np.maximum(account, 0), s.psn, out=s.account)
    np.subtract(s.psn, s.account, out=s.cash)
    np.minimum(np.maximum(family, 0), s.cash, out=s.family)
    np.subtract(s.cash, s.family, out=s.cash)


def _take(paid: Ints, left: Ints, fund: Ints) -> None:
    np.subtract(left, paid, out=left)
    np.add(fund, paid, out=fund)


def tranches(amount: IntsLike, shares: IntsLike) -> Ints:
    """Split each amount into parts that are paid one after the other, as (n, k) in fen; the parts add up to it.

    ``amount`` is (n,) in fen, negative in a reversal; ``shares`` is (k,) or (n, k) in ten-thousandths and makes one
    whole in each row: 80 % now and 20 % after the review is ``[8000, 2000]``. What is due after each part is rounded
    half away from zero and the last takes the remainder. Raises :class:`OutOfBounds` where shares do not make a whole.
    """
    money = ints(amount)
    part = np.atleast_2d(ints(shares))
    whole = np.broadcast_to(part.sum(axis=1), money.shape)
    require(np.abs(money) <= LARGEST_BILL, money, "amount in fen", f"between -{LARGEST_BILL} and {LARGEST_BILL}")
    require(np.asarray((part >= 0).all(axis=1)), part, "shares of the tranches", "not negative")
    require(whole == ONE, whole, "sum of the shares of the tranches", f"{ONE} ten-thousandths")
    due = round_div(money[:, None] * np.cumsum(part, axis=1), ONE)
    return np.asarray(np.diff(due, axis=1, prepend=0), dtype=np.int64)


def _room(limit: Ints, left: Ints) -> Ints:
    return np.asarray(np.maximum(np.minimum(limit, left), 0), dtype=np.int64)
