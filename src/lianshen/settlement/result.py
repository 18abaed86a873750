"""What a settlement comes to, with every step in between."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from lianshen.settlement.integers import ONE, Ints, round_div
from lianshen.settlement.terms import Accumulators, Rows, Terms

FUNDS = ("hifp", "hifob", "hifmi", "cvlserv", "hifes", "hifdm", "maf")
"""The parts of :attr:`Settlement.fund`, in the order in which they are computed after the pooled fund."""


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

    @classmethod
    def nothing_yet(cls, terms: Terms, used: Accumulators, in_scope: Ints, total: Ints, hospital: Ints) -> Settlement:
        """Return a settlement whose amounts are 0 as long as nothing is written into them.

        Zeros come from the system without being written, so a layer that nobody has costs no memory.
        """
        given = {"total": total, "in_scope": in_scope, "hospital_share": hospital}
        sliced, tiered = terms.slice_start.shape, terms.tier_start.shape
        shapes = {"sliced": sliced, "ratio": sliced, "tiered": tiered}
        amounts = {
            field.name: np.zeros(shapes.get(field.name, len(in_scope)), dtype=np.int64)
            for field in fields(cls)[2:]
            if field.name not in given
        }
        return cls(terms=terms, accumulators=used, **given, **amounts)

    @property
    def policy_ratio(self) -> Ints:
        """Share of ``base`` that the ratios give, in ten-thousandths; of the first slice where ``base`` is 0."""
        mixed = (self.sliced * self.ratio).sum(axis=1) // np.maximum(self.base, 1)
        return round_div(np.where(self.base > 0, mixed, self.ratio[:, 0]), ONE)

    def take(self, rows: Rows) -> Settlement:
        """Return some of the settlements, by position, mask or slice; a slice shares the memory."""
        return Settlement(
            self.terms.take(rows),
            self.accumulators.take(rows),
            *(getattr(self, field.name)[rows] for field in fields(self)[2:]),
        )

    def reversed(self) -> Settlement:
        """Return the reversals: every amount with its sign turned, so that original and reversal make nothing.

        A reversal takes back what was paid; it is never computed from terms, which may have changed since.
        """
        amounts = {field.name: getattr(self, field.name) for field in fields(self)[2:]}
        turned = {name: value if name in ("ratio", "room") else -value for name, value in amounts.items()}
        return Settlement(self.terms, self.accumulators, **turned)
