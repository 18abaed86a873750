"""What was paid beyond the right terms, shared out among filing, benefit, accumulators and what nothing explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianshen.policy import PolicyBook
from lianshen.recompute.inputs import Inputs
from lianshen.recompute.layers import LAYERS, Bill, conditional, orders
from lianshen.recompute.mistakes import mistakes
from lianshen.recompute.right import RightTerms
from lianshen.recompute.search import Found, search
from lianshen.settlement import Ints, Settlement, settle

_WORDS = ("cause", "label", "layer", "parameter")


@dataclass(frozen=True, slots=True)
class Attribution:
    """The parts of ``rest`` in fen, and what caused the largest of them; (n,)."""

    by_filing: Ints
    by_benefit: Ints
    by_accumulator: Ints
    unexplained: Ints
    words: dict[str, NDArray[np.object_]]
    """cause, label (Chinese), layer, parameter; None where nothing differs."""


def attribute(
    book: PolicyBook, inputs: Inputs, right: RightTerms, settled: Settlement, paid: dict[str, Ints], rest: Ints,
    is_collapsed: NDArray[np.bool_],
) -> Attribution:  # fmt: skip
    """Share ``rest`` (what was paid beyond the right terms on the recorded amount) out by cause.

    ``paid`` is by fund; ``is_collapsed`` where the layers came back in one sum, so that only their sum can be judged.
    """
    n = len(inputs)
    none: dict[str, NDArray[np.object_]] = {name: np.full(n, None, dtype=object) for name in _WORDS}
    by_filing, by_benefit, by_accumulator, unexplained = (np.zeros(n, dtype=np.int64) for _ in range(4))
    found = Attribution(by_filing, by_benefit, by_accumulator, unexplained, none)
    differs = np.any([getattr(settled, name) != paid[name] for name in ("hifp", *LAYERS)], axis=0)
    differs = np.where(is_collapsed, (settled.hifp != paid["hifp"]) | (rest != 0), differs)
    rows = np.flatnonzero(right.can_settle & differs)
    if not len(rows):
        return found
    some, theirs, beyond = inputs.take(rows), right.take(rows), rest[rows]
    paid = {name: amounts[rows] for name, amounts in paid.items()}
    again = settle(settled.in_scope[rows], theirs.terms, theirs.accumulators)
    pooled = search(book, some, theirs, again, paid)
    layers = _layers(book, some, pooled, paid, ~is_collapsed[rows])

    known = pooled.cause != None  # noqa: E711 - element by element
    part = np.where(known, pooled.believed.fund - again.fund, 0)
    part = np.where(pooled.cause == "rounding", paid["hifp"] - again.hifp, part)
    left = beyond - part
    unknown = np.where(pooled.is_exact, np.where(is_collapsed[rows], 0, layers.unexplained), left)
    filing, counted = pooled.cause == "unfiled_as_filed", pooled.cause == "accumulator"
    found.by_filing[rows] = np.where(filing, part, 0)
    found.by_accumulator[rows] = np.where(counted, part, 0)
    found.by_benefit[rows] = np.where(filing | counted, 0, part) + left - unknown
    found.unexplained[rows] = unknown
    is_pooled = known & (np.abs(part) >= np.abs(left))
    for name in _WORDS:
        otherwise = layers.words[name].copy()
        otherwise[~pooled.is_exact] = "unexplained" if name == "cause" else None
        found.words[name][rows] = np.where(is_pooled, getattr(pooled, name), otherwise)
    return found


@dataclass(frozen=True, slots=True)
class _Layers:
    unexplained: Ints
    words: dict[str, NDArray[np.object_]]


def _layers(
    book: PolicyBook, rows: Inputs, pooled: Found, paid: dict[str, Ints], can_tell: NDArray[np.bool_]
) -> _Layers:  # fmt: skip
    """Say which layer first went wrong after what was paid below it, and which mistake gives it."""
    s, n = pooled.believed, len(rows)
    outside = rows.ints("total") - s.accepted + s.prepay
    burden = np.maximum(s.accepted - s.prepay - paid["hifp"], 0)
    bill = Bill(burden, s.over_cap, np.maximum(outside, 0), s.deductible, s.terms, s.accumulators)
    words = {name: np.full(n, None, dtype=object) for name in _WORDS}
    words["cause"][~can_tell], words["layer"][~can_tell] = "supplement", "layers"

    expected = conditional(bill, paid)
    wrong = {name: can_tell & pooled.is_exact & (expected[name][1] != paid[name]) for name in LAYERS}
    any_wrong = np.any(list(wrong.values()), axis=0)
    ordered = np.zeros(n, dtype=np.bool_)
    for label, layer, result in orders(bill) if any_wrong.any() else ():
        same = np.all([result[name] == paid[name] for name in LAYERS], axis=0) & any_wrong & ~ordered
        _say(words, same, "layer_order", label, layer, "order")
        ordered |= same
    unexplained = np.zeros(n, dtype=np.int64)
    for name in LAYERS:
        open_ = wrong[name] & ~ordered
        if not open_.any():
            continue
        left, amount = expected[name]
        for one in mistakes(name, left, bill, book, rows):
            same = open_ & (one.value == paid[name])
            _say(words, same, one.cause, one.label, name, one.parameter)
            open_ = open_ & ~same
        _say(words, open_, "unexplained", None, name, None)
        unexplained += np.where(open_, paid[name] - amount, 0)
    return _Layers(unexplained, words)


def _say(
    words: dict[str, NDArray[np.object_]], where: NDArray[np.bool_], cause: str, label: str | None, layer: str,
    parameter: str | None,
) -> None:  # fmt: skip
    """Name the cause where none is named yet: what went wrong first decides."""
    here = where & (words["cause"] == None)  # noqa: E711 - element by element
    for name, text in zip(_WORDS, (cause, label, layer, parameter), strict=True):
        words[name][here] = text
