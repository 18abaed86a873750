"""How the in-scope amount of a settlement is shared between the funds and the person.

One function, :func:`settle`; everything it worked out on the way stays in its result, so that an explanation shows
the numbers that were used and not a second computation of them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from lianshen.settlement.integers import LARGEST_BILL, ONE, UNLIMITED, Ints, IntsLike, above, ints, require, round_div
from lianshen.settlement.terms import Accumulators, Terms

FUNDS = ("hifp", "hifob", "hifmi", "cvlserv", "hifes", "hifdm", "maf")
"""The parts of :attr:`Settlement.fund`, in the order in which they are computed after the pooled fund."""

_RATIOS = ("prepay", "slice_ratio", "reduction_points", "reduction_factor", "large_ratio", "large_burden_ratio",
           "tier_ratio", "civil_ratio", "enterprise_ratio", "veteran_ratio", "assist_ratio")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settlement:
    """What each settlement comes to, in fen, (n,) unless said, with the steps in between.

    ``fund + psn + hospital_share = total`` and ``account + family + cash = psn``, exactly.
    """

    terms: Terms
    accumulators: Accumulators
    total: Ints
    in_scope: Ints
    accepted: Ints
    """In-scope amount that the funds look at."""
    beyond: Ints
    """In-scope amount beyond the limit of acceptance; the person's."""
    prepay: Ints
    """Paid first by the person for remote care; belongs to pre-self-pay."""
    deductible: Ints
    """Actually paid this time."""
    base: Ints
    """Accepted amount above prepay and deductible."""
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
    """Accepted amount above prepay that the pooled fund did not pay, with the deductible."""
    over_threshold: Ints
    """``burden`` that lies above the large-amount fund's yearly threshold."""
    hifob: Ints
    """Large-amount fund, of both kinds."""
    tiered: Ints
    """(n, t): ``burden`` by catastrophic tier."""
    hifmi: Ints
    cvlserv: Ints
    hifes: Ints
    """Enterprise supplement."""
    hifdm: Ints
    """Fund for disabled veterans."""
    maf: Ints
    fund: Ints
    hospital_share: Ints
    psn: Ints
    account: Ints
    """Taken from the person's own account."""
    family: Ints
    """Taken from the accounts of the family."""
    cash: Ints

    @property
    def policy_ratio(self) -> Ints:
        """Share of ``base`` that the ratios give, in ten-thousandths; of the first slice where ``base`` is 0."""
        mixed = (self.sliced * self.ratio).sum(axis=1) // np.maximum(self.base, 1)
        return round_div(np.where(self.base > 0, mixed, self.ratio[:, 0]), ONE)

    def reversed(self) -> Settlement:
        """Return the reversals: every amount with its sign turned, so that original and reversal make nothing.

        A reversal takes back what was paid; it is never computed from terms, which may have changed since.
        """
        kept = ("terms", "accumulators", "ratio", "room")
        return Settlement(*(
            value if field.name in kept else -value
            for field, value in ((field, getattr(self, field.name)) for field in fields(self))
        ))  # fmt: skip


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
    hospital = ints(hospital_share, n)
    _check(scope, bill, hospital, terms, used)

    accepted = np.minimum(scope, terms.accept_limit)
    prepay = round_div(accepted * terms.prepay, ONE)
    assessed = accepted - prepay
    deductible = np.minimum(assessed, np.maximum(terms.deductible - used.deductible_paid, 0))
    base = assessed - deductible

    sliced = above(base, terms.slice_start)
    ratio = np.maximum(terms.slice_ratio - terms.reduction_points[:, None], 0) * terms.reduction_factor[:, None]
    calculated = round_div((sliced * ratio).sum(axis=1), ONE * ONE)
    room = np.maximum(np.minimum(terms.cap, used.cap_room), 0)
    hifp = np.minimum(calculated, room)
    over_cap = calculated - hifp

    burden = assessed - hifp
    before = np.maximum(used.burden, 0)
    over_threshold = np.minimum(np.maximum(before + burden - terms.large_threshold, 0), burden)
    large = over_cap * terms.large_ratio + over_threshold * terms.large_burden_ratio
    hifob = np.minimum(round_div(large, ONE), burden)
    left = burden - hifob
    tiered = above(before + burden, terms.tier_start) - above(before, terms.tier_start)
    hifmi = np.minimum(round_div((tiered * terms.tier_ratio).sum(axis=1), ONE), left)
    hifmi = np.minimum(hifmi, _room(terms.tier_limit, used.tier_room))
    left = left - hifmi
    cvlserv = np.minimum(round_div(left * terms.civil_ratio, ONE), _room(terms.civil_limit, used.civil_room))
    left = left - cvlserv
    enterprise = round_div(left * terms.enterprise_ratio, ONE)
    hifes = np.minimum(enterprise, _room(terms.enterprise_limit, used.enterprise_room))
    left = left - hifes
    hifdm = np.minimum(round_div(left * terms.veteran_ratio, ONE), _room(terms.veteran_limit, used.veteran_room))
    left = left - hifdm
    assisted = np.maximum(left - terms.assist_threshold, 0)
    maf = np.minimum(round_div(assisted * terms.assist_ratio, ONE), _room(terms.assist_limit, used.assist_room))

    fund = hifp + hifob + hifmi + cvlserv + hifes + hifdm + maf
    psn = bill - fund - hospital
    require(psn >= 0, psn, "personal part in fen", "not negative: the hospital's share exceeds what the funds leave")
    from_account = np.minimum(np.maximum(ints(account, n), 0), psn)
    from_family = np.minimum(np.maximum(ints(family, n), 0), psn - from_account)
    return Settlement(
        terms=terms, accumulators=used, total=bill, in_scope=scope, accepted=accepted, beyond=scope - accepted,
        prepay=prepay, deductible=deductible, base=base, sliced=sliced, ratio=ratio, calculated=calculated, room=room,
        hifp=hifp, over_cap=over_cap, burden=burden, over_threshold=over_threshold, hifob=hifob, tiered=tiered,
        hifmi=hifmi, cvlserv=cvlserv, hifes=hifes, hifdm=hifdm, maf=maf, fund=fund, hospital_share=hospital, psn=psn,
        account=from_account, family=from_family, cash=psn - from_account - from_family,
    )  # fmt: skip


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


def _check(scope: Ints, bill: Ints, hospital: Ints, terms: Terms, used: Accumulators) -> None:
    require((scope >= 0) & (scope <= LARGEST_BILL), scope, "in-scope amount in fen", f"between 0 and {LARGEST_BILL}")
    require((bill >= scope) & (bill <= LARGEST_BILL), bill, "total in fen", f"the in-scope amount … {LARGEST_BILL}")
    require(hospital >= 0, hospital, "hospital share in fen", "not negative")
    require(terms.accept_limit >= 0, terms.accept_limit, "accept_limit", "not negative")
    require(used.burden <= UNLIMITED // 2, used.burden, "burden before in fen", "an amount of money")
    for name in _RATIOS:
        value = getattr(terms, name)
        require((value >= 0) & (value <= ONE), value, name, f"between 0 and {ONE} ten-thousandths")
    both = (terms.reduction_points != 0) & (terms.reduction_factor != ONE)
    require(~both, terms.reduction_points, "reduction_points", "0 where a factor is given: a region writes one form")
