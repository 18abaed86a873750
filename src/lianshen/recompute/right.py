"""The terms on which each settlement should have been paid, and what had been used before."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from lianshen.policy import PolicyBook, PolicyTerms
from lianshen.recompute.inputs import Inputs
from lianshen.recompute.personyear import ROOMS
from lianshen.settlement import Accumulators, Ints, Terms


@dataclass(frozen=True, slots=True)
class RightTerms:
    """What the policy gives to n settlements, and what had been used before: rebuilt, and as the records say."""

    policy: PolicyTerms
    terms: Terms
    accumulators: Accumulators
    """From what was paid in the year: the ones that count."""
    recorded_terms: Terms
    """The same with the deductible of the admission that the record counts."""
    recorded: Accumulators
    """As the record says; as rebuilt where it says nothing."""
    recorded_differs: dict[str, NDArray[np.bool_]]
    """By quantity: where the record's word gives other benefits than the rebuilt state could."""
    is_benefit: NDArray[np.bool_]
    """False for a supplementary settlement, which pays on top of another one, and for amounts out of bounds."""
    reason: NDArray[np.object_]

    @property
    def can_settle(self) -> NDArray[np.bool_]:
        return self.is_benefit & self.policy.has_terms

    @property
    def says_otherwise(self) -> NDArray[np.bool_]:
        """Where the record says anything else than the settlements of the year give."""
        return np.asarray(np.any(list(self.recorded_differs.values()), axis=0), dtype=np.bool_)

    def take(self, rows: NDArray[np.intp]) -> RightTerms:
        """Return some of the settlements; ``policy`` stays as it is."""
        return replace(
            self,
            terms=self.terms.take(rows),
            accumulators=self.accumulators.take(rows),
            recorded_terms=self.recorded_terms.take(rows),
            recorded=self.recorded.take(rows),
            recorded_differs={name: where[rows] for name, where in self.recorded_differs.items()},
            is_benefit=self.is_benefit[rows],
            reason=self.reason[rows],
        )


def right_terms(book: PolicyBook, inputs: Inputs) -> RightTerms:
    """Return the terms on which each settlement should have been paid."""
    policy = inputs.terms(book)
    # A drugstore purchase that no fund paid for was bought from the account or in cash: nothing was claimed.
    unclaimed = inputs.equals("care", "RX") & (inputs.ints("fund") == 0)
    terms = replace(policy.terms, slice_ratio=np.where(unclaimed[:, None], 0, policy.terms.slice_ratio))
    used = inputs.year.rebuilt(terms, book)
    recorded = inputs.year.recorded(used)
    # After a transfer only the difference of the deductible may be charged; a region that charges it in full may too.
    earlier = inputs.ints("transfer_paid")
    credited = np.minimum(inputs.ints("in_scope"), np.maximum(terms.deductible - used.deductible_paid - earlier, 0))
    credit = np.where((earlier > 0) & (inputs.ints("deductible") == credited), earlier, 0)
    used = replace(used, deductible_paid=used.deductible_paid + credit)
    recorded = replace(recorded, deductible_paid=recorded.deductible_paid + credit)

    nth, counted = inputs.year.nth_rebuilt, inputs.year.nth_recorded
    recorded_terms = terms
    if (nth != counted).any():
        recorded_terms = replace(terms, deductible=inputs.terms(book, nth_admission=counted).terms.deductible)

    supplementary = inputs.equals("setl_type", "3")
    reason = policy.reason.copy()
    reason[~inputs.is_computable] = "an amount is negative or too large to be computed exactly"
    reason[supplementary] = "supplementary settlement: it pays on top of another one"
    return RightTerms(
        policy, terms, used, recorded_terms, recorded,
        _differs(terms, used, recorded) | {"admissions": recorded_terms.deductible != terms.deductible},
        inputs.is_computable & ~supplementary, reason,
    )  # fmt: skip


def _differs(terms: Terms, used: Accumulators, recorded: Accumulators) -> dict[str, NDArray[np.bool_]]:
    """A room beyond the limit is the whole limit, whatever the record calls it."""
    limits = {f"{name}_room": getattr(terms, term) for name, term in ROOMS.items()}
    found = {}
    for field in fields(used):
        one, other = getattr(used, field.name), getattr(recorded, field.name)
        if field.name in limits:
            most = limits[field.name]
            one, other = (np.maximum(np.minimum(room, most), 0) for room in (one, other))
        found[field.name] = one != other
    return found


def outside_packs(inputs: Inputs, right: RightTerms) -> dict[str, Ints]:
    """Return what enterprise supplement and the veterans' fund paid where no pack holds their plan: taken as paid."""
    return {
        "hifes": np.where(right.terms.enterprise_ratio > 0, 0, inputs.ints("hifes")),
        "hifdm": np.where(right.terms.veteran_ratio > 0, 0, inputs.ints("hifdm")),
    }
