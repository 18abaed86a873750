"""How a fee line is split."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianshen.settlement import ONE, PRICE_YUAN, QUANTITY_ONE, UNLIMITED, OutOfBounds, line_amount, split_lines

PARTS = ("full_self_pay", "over_ceiling", "pre_self_pay", "in_scope")


def test_what_is_not_covered_is_paid_in_full() -> None:
    split = split_lines([10_000, 10_000], QUANTITY_ONE, 100 * PRICE_YUAN, covered=np.array([True, False]))
    assert split.full_self_pay.tolist() == [0, 10_000]
    assert split.in_scope.tolist() == [10_000, 0]


def test_a_reversed_line_is_the_line_with_its_sign_turned() -> None:
    there = split_lines(1_005, 15_000, 6_700_000, covered=True, ceiling=6_000_000, share=1_000)
    back = split_lines(-1_005, -15_000, 6_700_000, covered=True, ceiling=6_000_000, share=1_000)
    assert [int(getattr(there, part)[0]) for part in PARTS] == [-int(getattr(back, part)[0]) for part in PARTS]


def test_six_decimals_of_price_and_four_of_quantity_are_rounded_once() -> None:
    # 0.3333 x 1.000150 = 0.33334999… and 1 x 0.005 = 0.005, half away from zero
    assert line_amount([3_333, QUANTITY_ONE, -QUANTITY_ONE], [1_000_150, 5_000, 5_000]).tolist() == [33, 1, -1]


def test_a_line_amount_below_quantity_times_price_is_never_exceeded() -> None:
    split = split_lines(500, QUANTITY_ONE, 100 * PRICE_YUAN, covered=True, ceiling=10 * PRICE_YUAN)
    assert (int(split.over_ceiling[0]), int(split.in_scope[0])) == (500, 0)


def test_a_product_that_does_not_fit_is_refused_and_not_wrapped_round() -> None:
    with pytest.raises(OutOfBounds, match="row 1: 10000000000 x 10000000000 does not fit"):
        line_amount([1, 10**10], [1, 10**10])
    with pytest.raises(OutOfBounds, match="price above the ceiling x quantity"):
        split_lines(100, 10**10, 10**10, covered=True, ceiling=0)
    with pytest.raises(OutOfBounds, match="pre-self-pay share"):
        split_lines(100, 1, 1, covered=True, share=ONE + 1)


@given(
    st.integers(-10_000_000, 10_000_000), st.integers(-1_000_000, 1_000_000), st.integers(0, 10**9),
    st.one_of(st.just(UNLIMITED), st.integers(0, 10**9)), st.integers(0, ONE), st.booleans(),
)  # fmt: skip
def test_the_parts_add_up_to_the_line_and_have_its_sign(
    amount: int, quantity: int, price: int, ceiling: int, share: int, covered: bool
) -> None:
    split = split_lines(amount, quantity, price, covered=covered, ceiling=ceiling, share=share)
    parts = [int(getattr(split, part)[0]) for part in PARTS]
    assert sum(parts) == amount
    assert all(part * amount >= 0 for part in parts)
