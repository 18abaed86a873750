"""The layers above the pooled fund once more, one at a time: each on what was really paid before it, or in any order.

The formulas are those of :func:`lianshen.settlement.settle`, one layer at a time; a test holds the two against each
other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from lianshen.settlement import FUNDS, ONE, Accumulators, Ints, Terms, round_div
from lianshen.settlement.integers import above

LAYERS = FUNDS[1:]
"""hifob, hifmi, cvlserv, hifes, hifdm, maf: in the order in which they pay."""

LIMITS = {"hifmi": ("tier_limit", "tier_room"), "cvlserv": ("civil_limit", "civil_room"),
           "hifes": ("enterprise_limit", "enterprise_room"), "hifdm": ("veteran_limit", "veteran_room"),
           "maf": ("assist_limit", "assist_room")}  # fmt: skip
_RATIOS = {"cvlserv": "civil_ratio", "hifes": "enterprise_ratio", "hifdm": "veteran_ratio", "maf": "assist_ratio"}

_ORDERS = (
    ("救助先于大病", "maf", ("hifob", "maf", "hifmi", "cvlserv", "hifes", "hifdm")),
    ("救助先于其他各层", "maf", ("maf", "hifob", "hifmi", "cvlserv", "hifes", "hifdm")),
    ("救助先于公务员补助", "maf", ("hifob", "hifmi", "maf", "cvlserv", "hifes", "hifdm")),
    ("公务员补助先于大病和大额", "cvlserv", ("cvlserv", "hifob", "hifmi", "hifes", "hifdm", "maf")),
    ("企业补充先于公务员补助", "hifes", ("hifob", "hifmi", "hifes", "cvlserv", "hifdm", "maf")),
)


Divide = Callable[[Ints, int], Ints]


@dataclass(frozen=True, slots=True)
class Bill:
    """What the layers look at, of n settlements in fen."""

    burden: Ints
    """In-scope amount that the pooled fund did not pay."""
    over_cap: Ints
    outside: Ints
    """What lies outside the scope: no layer may look at it."""
    deductible: Ints
    terms: Terms
    used: Accumulators


def one_layer(name: str, left: Ints, bill: Bill, *, tiers_on: Ints | None = None, divide: Divide = round_div) -> Ints:
    """Return what a layer pays of ``left``, in fen; the tiers look at the whole burden, or at ``tiers_on``."""
    t, used = bill.terms, bill.used
    before = np.maximum(used.burden, 0)
    if name == "hifob":
        over = np.minimum(np.maximum(before + bill.burden - t.large_threshold, 0), bill.burden)
        large = divide(bill.over_cap * t.large_ratio + over * t.large_burden_ratio, ONE)
        return np.asarray(np.minimum(large, left), dtype=np.int64)
    if name == "hifmi":
        on = bill.burden if tiers_on is None else tiers_on
        tiered = above(before + on, t.tier_start) - above(before, t.tier_start)
        paid = np.minimum(divide((tiered * t.tier_ratio).sum(axis=1), ONE), left)
    elif name == "maf":
        paid = divide(np.maximum(left - t.assist_threshold, 0) * t.assist_ratio, ONE)
    else:
        paid = divide(left * getattr(t, _RATIOS[name]), ONE)
    limit, room = (getattr(t, LIMITS[name][0]), getattr(used, LIMITS[name][1]))
    return np.asarray(np.minimum(paid, np.maximum(np.minimum(limit, room), 0)), dtype=np.int64)


def in_order(bill: Bill, order: tuple[str, ...], *, tiers_on_rest: bool = False) -> dict[str, Ints]:
    """Return every layer when they pay in ``order``, each on what the ones before left."""
    left, found = bill.burden, {}
    for name in order:
        found[name] = one_layer(name, left, bill, tiers_on=left if tiers_on_rest else None)
        left = left - found[name]
    return found


def conditional(bill: Bill, paid: dict[str, Ints]) -> dict[str, tuple[Ints, Ints]]:
    """Return of each layer what it had before it, and what it pays of that, after what was really paid before it."""
    left, found = bill.burden, {}
    for name in LAYERS:
        found[name] = (left, one_layer(name, np.maximum(left, 0), bill))
        left = left - paid[name]
    return found


def orders(bill: Bill) -> Iterator[tuple[str, str, dict[str, Ints]]]:
    """Yield label, layer and result of the wrong orders."""
    for label, layer, order in _ORDERS:
        for tiers_on_rest in (False, True):
            yield label, layer, in_order(bill, order, tiers_on_rest=tiers_on_rest)
