"""How one fee line is split before any benefit is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianshen.settlement.integers import (
    LARGEST_BILL,
    ONE,
    UNLIMITED,
    Ints,
    IntsLike,
    ints,
    product,
    require,
    round_div,
)

QUANTITY_ONE = 10_000
"""A quantity of 1: quantities carry four decimals."""

PRICE_YUAN = 1_000_000
"""A price of 1 yuan: prices and ceilings carry six decimals."""

_PER_FEN = QUANTITY_ONE * PRICE_YUAN // 100


@dataclass(frozen=True, slots=True)
class LineSplit:
    """Four parts of each line in fen, all (n,); they add up to the line's amount exactly."""

    full_self_pay: Ints
    over_ceiling: Ints
    pre_self_pay: Ints
    in_scope: Ints


def line_amount(quantity: IntsLike, price: IntsLike) -> Ints:
    """Return quantity x price in fen, rounded half away from zero.

    ``quantity`` is in ten-thousandths, ``price`` in millionths of a yuan.
    """
    q, p = np.broadcast_arrays(ints(quantity), ints(price))
    return round_div(product(q, p, "quantity x price"), _PER_FEN)


def split_lines(
    amount: IntsLike,
    quantity: IntsLike,
    price: IntsLike,
    *,
    covered: NDArray[np.bool_] | bool,
    ceiling: IntsLike = UNLIMITED,
    share: IntsLike = 0,
) -> LineSplit:
    """Split lines into full self-pay, above the ceiling, pre-self-pay and in scope.

    All arguments are (n,) or a single number:

    * ``amount``: the line's own amount in fen (``det_item_fee_sumamt``); the base of everything, negative in a
      reversal.
    * ``quantity``: ``cnt`` in ten-thousandths. ``price``, ``ceiling``: millionths of a yuan; :data:`UNLIMITED` is
      no ceiling.
    * ``covered``: False where the item is class C or not listed, or its restriction is not met: all is full self-pay.
    * ``share``: pre-self-pay share in ten-thousandths (``selfpay_prop`` 0.1000 is 1000).

    The part above the ceiling is rounded once, then the share of the rest is rounded once, each half away from
    zero; what remains is in scope. Raises :class:`OutOfBounds` for an amount above 900 million yuan, a share
    outside 0…1 or a product that does not fit.
    """
    money = ints(amount)
    n = len(money)
    q, p, top, part = (ints(value, n) for value in (quantity, price, ceiling, share))
    require(np.abs(money) <= LARGEST_BILL, money, "line amount in fen", f"between -{LARGEST_BILL} and {LARGEST_BILL}")
    require((part >= 0) & (part <= ONE), part, "pre-self-pay share", f"between 0 and {ONE}")
    zero = np.zeros(n, dtype=np.int64)
    paid_for = np.where(np.broadcast_to(covered, (n,)), money, zero)
    excess = np.where(paid_for != 0, np.maximum(p - top, 0), zero)
    over = round_div(product(excess, q, "price above the ceiling x quantity"), _PER_FEN)
    # A line's amount may be less than quantity x price (a discount): no part may exceed it.
    over = np.clip(over, np.minimum(paid_for, 0), np.maximum(paid_for, 0))
    pre = round_div((paid_for - over) * part, ONE)
    return LineSplit(money - paid_for, over, pre, paid_for - over - pre)
