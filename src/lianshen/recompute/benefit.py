"""The benefit of each settlement computed again, and its difference shared out among causes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lianshen.policy import PolicyBook, PolicyTerms
from lianshen.recompute.alternatives import search
from lianshen.recompute.inputs import Inputs
from lianshen.recompute.lines import NOT_COVERED, OTHER, OTHER_CATALOGUE, LineSums
from lianshen.settlement import LARGEST_BILL, Accumulators, Ints, Settlement, Terms, settle

_LINE_CAUSES = {OTHER_CATALOGUE: "other_catalogue", NOT_COVERED: "not_covered", OTHER: "split_other"}


@dataclass(frozen=True, slots=True)
class RightTerms:
    """What the policy gives to n settlements, and what had been used before."""

    policy: PolicyTerms
    terms: Terms
    accumulators: Accumulators
    is_benefit: NDArray[np.bool_]
    """False for a supplementary settlement, which pays on top of another one, and for amounts out of bounds."""
    reason: NDArray[np.object_]

    @property
    def can_settle(self) -> NDArray[np.bool_]:
        return self.is_benefit & self.policy.has_terms


def right_terms(book: PolicyBook, inputs: Inputs) -> RightTerms:
    """Return the terms on which each settlement should have been paid."""
    policy = inputs.terms(book)
    terms, used = policy.terms, inputs.accumulators()
    # A drugstore purchase that no fund paid for was bought from the account or in cash: nothing was claimed.
    unclaimed = inputs.equals("care", "RX") & (inputs.ints("fund") == 0)
    terms = replace(terms, slice_ratio=np.where(unclaimed[:, None], 0, terms.slice_ratio))
    # After a transfer only the difference of the deductible may be charged; a region that charges it in full may too.
    earlier = inputs.ints("transfer_paid")
    credited = np.minimum(inputs.ints("in_scope"), np.maximum(terms.deductible - used.deductible_paid - earlier, 0))
    is_credited = (earlier > 0) & (inputs.ints("deductible") == credited)
    used = replace(used, deductible_paid=used.deductible_paid + np.where(is_credited, earlier, 0))

    supplementary = inputs.equals("setl_type", "3")
    reason = policy.reason.copy()
    reason[~inputs.is_computable] = "an amount is negative or too large to be computed exactly"
    reason[supplementary] = "supplementary settlement: it pays on top of another one"
    return RightTerms(policy, terms, used, inputs.is_computable & ~supplementary, reason)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The result by ``settlement_no``; fen, (n,). The amounts hold where ``status`` is recomputed or no_lines."""

    status: NDArray[np.object_]
    reason: NDArray[np.object_]
    right: RightTerms
    expected_inscp: Ints
    on_recorded: Settlement
    """Right terms, recorded in-scope amount."""
    expected_fund: Ints
    difference: Ints
    by_catalogue: Ints
    by_filing: Ints
    by_benefit: Ints
    by_identity: Ints
    unexplained: Ints
    cause: NDArray[np.object_]
    alternative: NDArray[np.object_]


def benefit_again(book: PolicyBook, inputs: Inputs, sums: LineSums) -> Recomputed:
    """Recompute every settlement and attribute what was paid differently.

    In order, each part taken on the right terms for all that follows: the header against itself and its lines
    (identity), the lines against the catalogue, then the recorded in-scope amount against filing and benefit. The
    parts add up to paid minus expected by construction.
    """
    n = len(inputs)
    right = right_terms(book, inputs)
    status = np.full(n, "recomputed", dtype=object)
    status[sums.count == 0] = "no_lines"
    status[~right.policy.has_terms] = "no_policy"
    is_benefit = right.is_benefit & sums.is_computable
    status[~is_benefit] = "not_benefit"
    reason = right.reason.copy()
    reason[sums.count == 0] = np.where(right.can_settle, "no fee lines were delivered", reason)[sums.count == 0]
    reason[~sums.is_computable] = "a fee line is too large to be computed exactly"

    recorded = np.where(inputs.is_computable, inputs.ints("in_scope"), 0)
    on_recorded = settle(recorded, right.terms, right.accumulators)
    of_lines, expected_inscp = _in_scope_of_lines(inputs, sums, recorded)
    fund_of_lines = settle(of_lines, right.terms, right.accumulators).fund
    fund_expected = settle(expected_inscp, right.terms, right.accumulators).fund

    paid, parts, outside = _paid(inputs)
    by_identity = (paid - parts) + (on_recorded.fund - fund_of_lines)
    by_catalogue = fund_of_lines - fund_expected
    rest = parts - outside - on_recorded.fund
    by_filing, by_benefit, unexplained, benefit_cause, alternative = _attribute(book, inputs, right, on_recorded, rest)
    difference = paid - fund_expected - outside

    by_line = np.abs(sums.by_cause)
    line_cause = np.array([_LINE_CAUSES[k] for k in (NOT_COVERED, OTHER_CATALOGUE, OTHER)], dtype=object)
    candidates = np.stack([by_identity, by_catalogue, by_filing, by_benefit, unexplained], axis=1)
    largest = np.abs(candidates).argmax(axis=1)
    by_lines = line_cause[by_line.argmax(axis=1)]
    cause = np.where(largest == 0, "identity", np.where(largest == 1, by_lines, benefit_cause))
    cause[difference == 0] = None
    return Recomputed(
        status=status, reason=reason, right=right, expected_inscp=expected_inscp, on_recorded=on_recorded,
        expected_fund=fund_expected + outside, difference=difference, by_catalogue=by_catalogue, by_filing=by_filing,
        by_benefit=by_benefit, by_identity=by_identity, unexplained=unexplained, cause=cause, alternative=alternative,
    )  # fmt: skip


def _in_scope_of_lines(inputs: Inputs, sums: LineSums, recorded: Ints) -> tuple[Ints, Ints]:
    """Return the in-scope amount of the lines as recorded and as expected.

    Where the lines do not make up the bill (some are missing or were set aside), only their own differences count.
    """
    complete = (sums.count > 0) & (sums.amount == inputs.ints("total"))
    of_lines = np.where(complete, np.maximum(sums.recorded, 0), recorded)
    of_lines = np.minimum(of_lines, LARGEST_BILL)
    return of_lines, np.clip(of_lines + sums.expected - sums.recorded, 0, LARGEST_BILL)


def _paid(inputs: Inputs) -> tuple[Ints, Ints, Ints]:
    """Return what the header says was paid, the sum of its parts, and the part that no pack speaks of.

    Across provinces the layers may come back collapsed into "other funds": there these stand for the layers.
    """
    other = inputs.ints("other_funds")
    parts = inputs.ints("hifp") + inputs.ints("layers") + inputs.ints("outside_packs") + other
    collapsed = inputs.equals("scope", "CROSS_PROV")
    return inputs.ints("fund"), parts, inputs.ints("outside_packs") + np.where(collapsed, 0, other)


def _attribute(
    book: PolicyBook, inputs: Inputs, right: RightTerms, settled: Settlement, rest: Ints
) -> tuple[Ints, Ints, Ints, NDArray[np.object_], NDArray[np.object_]]:
    """Share ``rest`` (what was paid beyond the right terms on the recorded amount) among filing, benefit, unknown."""
    n = len(inputs)
    by_filing, by_benefit, unexplained = (np.zeros(n, dtype=np.int64) for _ in range(3))
    cause, label = np.full(n, "supplement", dtype=object), np.full(n, None, dtype=object)
    hifp_differs = inputs.ints("hifp") != settled.hifp
    by_benefit[~hifp_differs] = rest[~hifp_differs]
    rows = np.flatnonzero(hifp_differs & right.can_settle)
    if not len(rows):
        return by_filing, by_benefit, unexplained, cause, label
    some = inputs.take(rows)
    used = right.accumulators.take(rows)
    again = settle(settled.in_scope[rows], right.terms.take(rows), used)
    found = search(book, some, used, again)
    known = found.cause != None  # noqa: E711 - element by element
    is_filing = known & (found.cause == "unfiled_as_filed")
    part = np.where(known, found.fund - again.fund, 0)
    beyond = rest[rows] - part
    exact = known & (found.hifp == some.ints("hifp"))
    by_filing[rows] = np.where(is_filing, part, 0)
    by_benefit[rows] = np.where(is_filing, 0, part) + np.where(exact, beyond, 0)
    unexplained[rows] = np.where(exact, 0, beyond)
    cause[rows] = np.where(known, found.cause, "unexplained")
    label[rows] = found.label
    return by_filing, by_benefit, unexplained, cause, label
