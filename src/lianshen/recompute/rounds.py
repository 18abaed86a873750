"""Person-years settled again in their order: the k-th settlement of every one together, k after k."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lianshen.recompute.inputs import Inputs
from lianshen.settlement import LARGEST_BILL, Accumulators, Ints, Terms, settle

STAYS = ("IPT", "MAT", "OPSP")
"""Care that shares the accumulators of stays; the rest shares those of clinics."""

_ROOMS = {"cap_room": "hifp", "tier_room": "hifmi", "civil_room": "cvlserv", "enterprise_room": "hifes",
          "veteran_room": "hifdm", "assist_room": "maf"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rounds:
    """The settlements of n rows in the order of their rounds: round k is ``rows[begins[k]:begins[k + 1]]``.

    Within each round the person-years stand in one and the same order, those with most settlements first, so that
    what they carry is a prefix of one array.
    """

    rows: NDArray[np.intp]
    begins: NDArray[np.intp]
    is_stay: NDArray[np.bool_]
    """By person-year: the family of care."""


def rounds(inputs: Inputs, rows: NDArray[np.intp]) -> Rounds:
    """Return the rounds of ``rows``, by person, insurance type, calendar year and family of care."""
    times = inputs.table["setl_time"].to_numpy()[rows]
    stay = inputs.equals("care", *STAYS)[rows]
    person, insurance = (numbers(inputs, name)[rows] for name in ("person", "insutype"))
    year = times.astype("datetime64[Y]").astype(np.int64)
    key = ((person * 16 + insurance) * 512 + (year - year.min(initial=0))) * 2 + stay
    # Rows come by setl_id, and a stable sort keeps that where the time is the same.
    order = np.lexsort((times, key))
    ordered = key[order]
    is_first = np.ones(len(order), dtype=np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    begin = np.flatnonzero(is_first)
    size = np.diff(np.append(begin, len(order)))
    group = np.repeat(np.arange(len(begin)), size)
    place = np.arange(len(order)) - begin[group]
    largest_first = np.lexsort((-size[group], place))
    begins = np.append(0, np.cumsum(np.bincount(place)))
    of_groups = order[begin][np.argsort(-size, kind="stable")]
    return Rounds(rows[order[largest_first]], begins, stay[of_groups])


def settle_rounds(inputs: Inputs, order: Rounds, in_scope: Ints, total: Ints, terms: Terms, used: Accumulators) -> Ints:
    """Return what the funds pay for every row of ``inputs``; 0 where a row is in no round.

    ``used`` is what had been used by what was paid. What an earlier settlement of the same person-year pays here
    beyond what it had been paid is carried on top of that, so a year that opens with a record's own word, a reversal
    or a supplementary payment in between count as they do in the night.
    """
    terms, used = terms.take(order.rows), used.take(order.rows)
    scope, bill = in_scope[order.rows], total[order.rows]
    paid = {name: inputs.ints(name)[order.rows]
            for name in ("in_scope", "deductible", "hifp", "hifmi", "cvlserv", "hifes", "hifdm", "maf")}  # fmt: skip
    more = Accumulators.of(len(order.is_stay), **dict.fromkeys(_ROOMS, 0))
    fund = np.zeros(len(in_scope), dtype=np.int64)
    for begin, end in pairwise(order.begins):
        here = slice(int(begin), int(end))
        so_far = more.take(slice(0, int(end - begin)))
        state = used.take(here)
        state = Accumulators(
            **{name: getattr(state, name) - getattr(so_far, name) for name in _ROOMS},
            deductible_paid=state.deductible_paid + so_far.deductible_paid,
            burden=state.burden + so_far.burden,
        )
        settled = settle(scope[here], terms.take(here), state, total=bill[here])
        fund[order.rows[here]] = settled.fund
        stay = order.is_stay[: end - begin]
        for name, part in _ROOMS.items():
            getattr(so_far, name)[:] += getattr(settled, part) - paid[part][here]
        so_far.deductible_paid[:] += np.where(stay, 0, settled.deductible - paid["deductible"][here])
        borne = scope[here] - settled.hifp - (paid["in_scope"][here] - paid["hifp"][here])
        so_far.burden[:] += np.where(stay, borne, 0)
    return fund


def scope_and_total(inputs: Inputs) -> tuple[Ints, Ints]:
    """Return the in-scope amount under the applicable catalogue and a bill that holds it."""
    scope = np.clip(inputs.ints("expected_inscp"), 0, LARGEST_BILL)
    return scope, np.clip(np.maximum(inputs.ints("total"), scope), 0, LARGEST_BILL)


def numbers(inputs: Inputs, name: str) -> Ints:
    """Return a column of codes as numbers, the same code the same number."""
    coded = inputs.table[name].combine_chunks().dictionary_encode()
    return np.asarray(coded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
