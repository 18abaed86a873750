"""Which mistake gives what was paid: each tried on the rows that differ, the first that reproduces most is believed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lianshen.policy import PolicyBook
from lianshen.recompute.alternatives import Alternative, alternatives, hidden
from lianshen.recompute.inputs import Inputs
from lianshen.recompute.layers import LAYERS
from lianshen.recompute.right import RightTerms
from lianshen.settlement import ONE, Accumulators, Ints, Settlement, Terms, round_div, settle

NEAR = 100
"""One yuan: an alternative this near to what was paid counts where none reproduces it exactly."""

_NONE, _NEAR, _POOLED, _ALL = range(4)
"""How much of what was paid an alternative gives: nothing, about the pooled fund, the pooled fund, every layer."""

_SLICES = 5
"""Fen by which rounding at every slice may be off."""


@dataclass(frozen=True, slots=True)
class Found:
    """The mistake believed about the pooled fund, for each of n rows."""

    cause: NDArray[np.object_]
    """Code of :data:`lianshen.recompute.causes.CAUSES`; None where the right terms give the pooled fund, or nothing
    does."""
    label: NDArray[np.object_]
    layer: NDArray[np.object_]
    parameter: NDArray[np.object_]
    is_exact: NDArray[np.bool_]
    """The pooled fund is reproduced to the fen."""
    believed: Settlement
    """On the terms of the mistake; on the right ones where there is none."""


def search(book: PolicyBook, rows: Inputs, right: RightTerms, again: Settlement, paid: dict[str, Ints]) -> Found:
    """Try the mistakes in their order; ``again`` is the settlement on the right terms, ``paid`` what each fund paid.

    A mistake that gives every layer wins over one that gives the pooled fund alone; of equals the first wins. Where
    none gives the pooled fund and the difference exceeds a yuan, the first within a yuan.
    """
    n = len(rows)
    words = {name: np.full(n, None, dtype=object) for name in ("cause", "label", "layer", "parameter")}
    off = np.abs(again.hifp - paid["hifp"])
    state = _State(np.where(off == 0, _POOLED, _NONE), off <= NEAR, words, again.terms, again.accumulators)
    tried = list(alternatives(book, rows, right))
    for one in tried:
        state.hold(one, one.applies & (state.level < _ALL), again.in_scope, paid)
    if (state.level < _POOLED).any():
        for one in hidden(tried, rows, right):
            state.hold(one, one.applies & (state.level < _POOLED), again.in_scope, paid)
    _rounded(state, again, paid["hifp"])
    believed = settle(again.in_scope, state.terms, state.used)
    return Found(**words, is_exact=state.level >= _POOLED, believed=believed)


@dataclass(slots=True)
class _State:
    level: Ints
    is_near: NDArray[np.bool_]
    """The right terms are within a yuan: only what is exact may replace them."""
    words: dict[str, NDArray[np.object_]]
    terms: Terms
    used: Accumulators

    def hold(self, one: Alternative, where: NDArray[np.bool_], in_scope: Ints, paid: dict[str, Ints]) -> None:
        """Believe an alternative on the rows where it gives more than what was believed so far."""
        rows = np.flatnonzero(where)
        if not len(rows):
            return
        settled = settle(in_scope[rows], one.terms.take(rows), one.accumulators.take(rows))
        distance = np.abs(settled.hifp - paid["hifp"][rows])
        every = np.all([getattr(settled, name) == paid[name][rows] for name in LAYERS], axis=0)
        level = np.where(distance == 0, np.where(every, _ALL, _POOLED), _NONE)
        level[(level == _NONE) & (distance <= NEAR) & ~self.is_near[rows]] = _NEAR
        better = rows[level > self.level[rows]]
        self.level[better] = level[level > self.level[rows]]
        for name, texts in self.words.items():
            texts[better] = getattr(one, name)
        self.terms, self.used = blend(self.terms, one.terms, better), blend(self.used, one.accumulators, better)


def _rounded(state: _State, again: Settlement, paid: Ints) -> None:
    """Believe that slices were rounded one by one, or cut off below the fen, where that gives what was paid."""
    exact = again.sliced * again.ratio
    whole = ONE * ONE
    ways = (("舍去分以下", exact.sum(axis=1) // whole), ("逐段舍入", round_div(exact, whole).sum(axis=1)),
            ("逐段舍去分以下", (exact // whole).sum(axis=1)))  # fmt: skip
    open_ = (state.level < _POOLED) & (np.abs(again.hifp - paid) <= _SLICES)
    for label, calculated in ways:
        here = open_ & (np.minimum(calculated, again.room) == paid) & (state.level < _POOLED)
        state.level[here] = _POOLED
        for name, text in (("cause", "rounding"), ("label", label), ("layer", "ratio"), ("parameter", "rounding")):
            state.words[name][here] = text


T = TypeVar("T", Terms, Accumulators)


def blend(one: T, other: T, rows: NDArray[np.intp]) -> T:
    """Return ``one`` with some rows of ``other``."""
    if not len(rows):
        return one
    values = []
    for field in fields(one):
        value = getattr(one, field.name).copy()
        value[rows] = getattr(other, field.name)[rows]
        values.append(value)
    return type(one)(*values)
