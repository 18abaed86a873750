"""The benefit of each settlement computed again, and its difference shared out among causes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianshen.policy import PolicyBook
from lianshen.recompute.attribution import Attribution, attribute
from lianshen.recompute.causes import PLACES, family_parameter
from lianshen.recompute.inputs import Inputs
from lianshen.recompute.layers import LAYERS
from lianshen.recompute.lines import NOT_COVERED, OTHER, OTHER_CATALOGUE, LineSums
from lianshen.recompute.right import RightTerms, outside_packs, right_terms
from lianshen.settlement import LARGEST_BILL, Ints, Settlement, settle

_LINE_CAUSES = {OTHER_CATALOGUE: "other_catalogue", NOT_COVERED: "not_covered", OTHER: "split_other"}


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The result by ``settlement_no``; fen, (n,). The amounts hold where ``status`` is recomputed or no_lines."""

    status: NDArray[np.object_]
    reason: NDArray[np.object_]
    right: RightTerms
    expected_inscp: Ints
    on_recorded: Settlement
    """Right terms, recorded in-scope amount."""
    deductible_then: Ints
    """The deductible that the record's own accumulators give."""
    outside: dict[str, Ints]
    """Paid by funds whose plan no pack holds: taken as paid."""
    expected_fund: Ints
    difference: Ints
    by_catalogue: Ints
    by_filing: Ints
    by_benefit: Ints
    by_accumulator: Ints
    by_identity: Ints
    unexplained: Ints
    cause: NDArray[np.object_]
    alternative: NDArray[np.object_]
    layer: NDArray[np.object_]
    parameter: NDArray[np.object_]


def benefit_again(book: PolicyBook, inputs: Inputs, sums: LineSums) -> Recomputed:
    """Recompute every settlement and attribute what was paid differently.

    In order, each part taken on the right terms for all that follows: the header against itself and its lines
    (identity), the lines against the catalogue, then the recorded in-scope amount against filing, benefit and
    accumulators. The parts add up to paid minus expected by construction.
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

    outside = outside_packs(inputs, right)
    total_outside, other = outside["hifes"] + outside["hifdm"], inputs.ints("other_funds")
    is_collapsed = inputs.equals("scope", "CROSS_PROV") & (other != 0)
    # Across provinces the layers may come back collapsed into "other funds": there these stand for the layers.
    total_outside = total_outside + np.where(is_collapsed, 0, other)
    paid = {name: inputs.ints(name) - outside.get(name, 0) for name in ("hifp", *LAYERS)}
    parts = sum((inputs.ints(name) for name in ("hifp", *LAYERS)), other)
    by_identity = (inputs.ints("fund") - parts) + (on_recorded.fund - fund_of_lines)
    by_catalogue = fund_of_lines - fund_expected
    rest = parts - total_outside - on_recorded.fund
    rest = np.where(right.can_settle, rest, 0)
    shared = attribute(book, inputs, right, on_recorded, paid, rest, is_collapsed)
    difference = inputs.ints("fund") - fund_expected - total_outside

    by_line = np.abs(sums.by_cause)
    line_cause = np.array([_LINE_CAUSES[k] for k in (NOT_COVERED, OTHER_CATALOGUE, OTHER)], dtype=object)
    candidates = np.stack([by_identity, by_catalogue, shared.by_filing, shared.by_benefit, shared.by_accumulator,
                           shared.unexplained], axis=1)  # fmt: skip
    largest = np.abs(candidates).argmax(axis=1)
    by_lines = line_cause[by_line.argmax(axis=1)]
    cause = np.where(largest == 0, "identity", np.where(largest == 1, by_lines, shared.words["cause"]))
    nothing = (candidates == 0).all(axis=1)
    cause = np.where(nothing, shared.words["cause"], cause)
    layer, parameter = _places(inputs, cause, (largest <= 1) & ~nothing, shared)
    # Between the funds money may have moved though all of them together paid what was due.
    is_moved = (cause == "layer_order") | (cause == "supplement")
    cause[(difference == 0) & ~is_moved] = None
    return Recomputed(
        status=status, reason=reason, right=right, expected_inscp=expected_inscp, on_recorded=on_recorded,
        deductible_then=settle(recorded, right.recorded_terms, right.recorded).deductible, outside=outside,
        expected_fund=fund_expected + total_outside, difference=difference, by_catalogue=by_catalogue,
        by_filing=shared.by_filing, by_benefit=shared.by_benefit, by_accumulator=shared.by_accumulator,
        by_identity=by_identity, unexplained=shared.unexplained, cause=cause, alternative=shared.words["label"],
        layer=layer, parameter=parameter,
    )  # fmt: skip


def _in_scope_of_lines(inputs: Inputs, sums: LineSums, recorded: Ints) -> tuple[Ints, Ints]:
    """Return the in-scope amount of the lines as recorded and as expected.

    Where the lines do not make up the bill (some are missing or were set aside), only their own differences count.
    """
    complete = (sums.count > 0) & (sums.amount == inputs.ints("total"))
    of_lines = np.where(complete, np.maximum(sums.recorded, 0), recorded)
    of_lines = np.minimum(of_lines, LARGEST_BILL)
    return of_lines, np.clip(of_lines + sums.expected - sums.recorded, 0, LARGEST_BILL)


def _places(
    inputs: Inputs, cause: NDArray[np.object_], is_before_benefit: NDArray[np.bool_], shared: Attribution
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:  # fmt: skip
    """Return layer and parameter: those of the benefit, or of identity and lines where these weigh more."""
    layer, parameter = shared.words["layer"].copy(), shared.words["parameter"].copy()
    has_cause = shared.words["cause"] != None  # noqa: E711 - element by element
    for code, (its_layer, its_parameter) in PLACES.items():
        here = is_before_benefit & (cause == code)
        layer[here], parameter[here] = its_layer, its_parameter
    layer[~has_cause & ~is_before_benefit], parameter[~has_cause & ~is_before_benefit] = None, None
    clinic = ~inputs.equals("care", "IPT", "MAT", "OPSP")
    remote = inputs.flags("needs_filing")
    for short in ("deductible", "deductible_step", "ratio", "cap"):
        here = np.asarray(parameter == short)
        parameter[here] = family_parameter(short, clinic, remote)[here]
    return layer, parameter
