"""Each rule of the settlement by itself."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianshen.settlement import (
    FUNDS,
    LARGEST_BILL,
    ONE,
    Accumulators,
    OutOfBounds,
    Settlement,
    Terms,
    explain,
    round_div,
    settle,
    yuan,
)


def amounts(settled: Settlement, *names: str) -> list[str]:
    return [yuan(int(getattr(settled, name)[0])) for name in names]


def test_points_and_factor_are_two_forms_and_neither_is_turned_into_the_other() -> None:
    points = settle(1_000_000, Terms.of(2, ratio=[8_500, 5_000], reduction_points=1_000))
    factor = settle(1_000_000, Terms.of(2, ratio=[8_500, 5_000], reduction_factor=9_000))
    assert list(points.hifp) == [750_000, 400_000]
    assert list(factor.hifp) == [765_000, 450_000]
    assert (list(points.terms.reduction_factor), list(factor.terms.reduction_points)) == ([ONE, ONE], [0, 0])
    with pytest.raises(OutOfBounds, match="a region writes one form"):
        settle(1, Terms.of(1, reduction_points=1_000, reduction_factor=9_000))


def test_slices_count_from_the_deductible() -> None:
    terms = Terms.of(1, deductible=50_000, slice_start=[0, 5_000_000], slice_ratio=[8_700, 9_100])
    settled = settle(10_050_000, terms)
    assert (settled.sliced.tolist(), yuan(int(settled.hifp[0]))) == ([[5_000_000, 5_000_000]], "89000.00")
    assert int(settled.policy_ratio[0]) == 8_900


def test_the_fund_is_rounded_once_half_up_after_reduction() -> None:
    # 0.07 yuan x 85 % x 0.90 = 0.053550; 0.10 x 85 % x 0.90 = 0.0765; 2.00 x 0.75 % = 0.015 -> 0.02
    assert list(settle([7, 10], Terms.of(2, ratio=8_500, reduction_factor=9_000)).hifp) == [5, 8]
    assert list(settle(200, Terms.of(1, ratio=75)).hifp) == [2]


def test_catastrophic_insurance_counts_what_was_borne_before_in_the_year() -> None:
    terms = Terms.of(1, tier_start=[1_000_000, 3_000_000], tier_ratio=[6_000, 8_000])
    settled = settle(2_000_000, terms, Accumulators.of(1, burden=2_000_000))
    # From 20,000 to 40,000: 10,000 at 60 % and 10,000 at 80 %.
    assert yuan(int(settled.hifmi[0])) == "14000.00"


def test_prepay_comes_before_the_deductible_and_a_transfer_takes_off_what_was_paid() -> None:
    settled = settle(
        1_000_000, Terms.of(1, prepay=1_000, deductible=80_000, ratio=ONE), Accumulators.of(1, deductible_paid=30_000)
    )
    assert amounts(settled, "prepay", "deductible", "hifp", "psn") == ["1000.00", "500.00", "8500.00", "1500.00"]


def test_the_account_pays_at_most_the_personal_part_and_the_hospital_its_own() -> None:
    settled = settle(
        100_000, Terms.of(2, ratio=5_000), total=120_000, hospital_share=10_000, account=[20_000, 99_999_999]
    )
    assert settled.psn.tolist() == [60_000, 60_000]
    assert settled.account.tolist() == [20_000, 60_000]
    assert settled.cash.tolist() == [40_000, 0]


@pytest.mark.parametrize(
    ("in_scope", "terms", "message"),
    [
        (-1, {}, "in-scope amount in fen: row 0 is -1"),
        (LARGEST_BILL + 1, {}, "in-scope amount"),
        (1, {"ratio": 10_001}, "slice_ratio: row 0 is"),
        (1, {"prepay": -1}, "prepay: row 0 is -1"),
    ],
)
def test_what_cannot_be_computed_exactly_is_refused_by_name(in_scope: int, terms: dict[str, Any], message: str) -> None:
    with pytest.raises(OutOfBounds, match=message):
        settle(in_scope, Terms.of(1, **terms))


def test_a_total_below_the_in_scope_amount_and_a_float_are_refused() -> None:
    with pytest.raises(OutOfBounds, match="total in fen"):
        settle(100, Terms.of(1), total=99)
    with pytest.raises(TypeError, match="whole numbers"):
        settle(100, Terms.of(1, ratio=0.85))  # type: ignore[arg-type]


def test_amounts_and_terms_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one number or 2 of them are wanted, got 3"):
        settle([1, 2, 3], Terms.of(2))
    with pytest.raises(ValueError, match="got 1"):
        settle(100, Terms.of(2), account=[5])


def test_a_wrong_row_far_down_is_named_by_its_own_number() -> None:
    amounts_in_scope = np.zeros(50_000, dtype=np.int64)
    amounts_in_scope[40_321] = -5
    with pytest.raises(OutOfBounds, match="row 40321 is -5"):
        settle(amounts_in_scope, Terms.of(50_000))
    with pytest.raises(OutOfBounds, match="personal part in fen: row 0 is -1"):
        settle(5, Terms.of(1, ratio=ONE), hospital_share=1)


def test_the_largest_bill_does_not_overflow() -> None:
    settled = settle(LARGEST_BILL, Terms.of(1, ratio=ONE))
    assert int(settled.fund[0]) == LARGEST_BILL


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**9))
def test_rounding_is_half_away_from_zero(numerator: int, denominator: int) -> None:
    exact = Fraction(abs(numerator), denominator)
    expected = int(exact + Fraction(1, 2)) * (1 if numerator >= 0 else -1)
    assert int(round_div(np.array([numerator]), denominator)[0]) == expected


def test_the_explanation_names_the_policy_in_both_languages() -> None:
    steps = {
        s.step: s
        for s in explain(settle(2_050_000, Terms.of(1, deductible=100_000, ratio=8_500, reduction_points=1_000)))
    }
    assert (steps["ratio"].zh, steps["ratio"].en) == (
        "19500.00 按 85% 降 10 个百分点 = 75%", "19500.00 at 85% less 10 points = 75%",
    )  # fmt: skip
    assert steps["deductible"].policy == "1000.00"


def layers(settled: Settlement) -> dict[str, str]:
    return {name: yuan(int(getattr(settled, name)[0])) for name in (*FUNDS, "psn")}


def test_the_order_of_the_layers_is_the_policys() -> None:
    # 1,000 above the deductible at 50 %; then half of what each fund leaves to the next.
    terms = Terms.of(1, ratio=5_000, civil_ratio=5_000, enterprise_ratio=5_000, veteran_ratio=5_000, assist_ratio=5_000)
    assert layers(settle(100_000, terms)) == {
        "hifp": "500.00", "hifob": "0.00", "hifmi": "0.00", "cvlserv": "250.00", "hifes": "125.00", "hifdm": "62.50",
        "maf": "31.25", "psn": "31.25",
    }  # fmt: skip


def test_what_the_benchmark_cuts_off_reaches_no_layer() -> None:
    terms = Terms.of(
        1, accept_limit=60_000, prepay=1_000, ratio=5_000, tier_start=0, tier_ratio=5_000, assist_ratio=ONE
    )
    settled = settle(100_000, terms, total=110_000)
    assert amounts(settled, "accepted", "beyond", "prepay") == ["600.00", "400.00", "60.00"]
    assert layers(settled) == {
        "hifp": "270.00", "hifob": "0.00", "hifmi": "135.00", "cvlserv": "0.00", "hifes": "0.00", "hifdm": "0.00",
        "maf": "135.00", "psn": "560.00",
    }  # fmt: skip


def test_the_large_amount_fund_may_count_the_burden_of_the_year() -> None:
    terms = Terms.of(3, large_threshold=500_000, large_burden_ratio=8_000)
    settled = settle(200_000, terms, Accumulators.of(3, burden=[0, 400_000, 900_000]))
    assert [yuan(int(amount)) for amount in settled.hifob] == ["0.00", "800.00", "1600.00"]


def test_a_yearly_limit_of_the_layers_is_used_up_in_the_year() -> None:
    terms = Terms.of(
        2, tier_start=0, tier_ratio=5_000, tier_limit=30_000, enterprise_ratio=ONE, enterprise_limit=10_000,
        veteran_ratio=ONE, veteran_limit=5_000,
    )  # fmt: skip
    used = Accumulators.of(2, tier_room=[30_000, 1_000], enterprise_room=[10_000, 0], veteran_room=[-1, 2_000])
    settled = settle(100_000, terms, used)
    assert (settled.hifmi.tolist(), settled.hifes.tolist(), settled.hifdm.tolist()) == (
        [30_000, 1_000], [10_000, 0], [0, 2_000],
    )  # fmt: skip


def test_the_family_pays_after_the_own_account() -> None:
    settled = settle(100_000, Terms.of(3, ratio=5_000), account=[30_000, 60_000, -1], family=[10_000, 10_000, 70_000])
    assert settled.account.tolist() == [30_000, 50_000, 0]
    assert settled.family.tolist() == [10_000, 0, 50_000]
    assert settled.cash.tolist() == [10_000, 0, 0]


def test_the_explanation_tells_every_layer_what_held_it_back_and_how_it_was_rounded() -> None:
    terms = Terms.of(
        1, accept_limit=980_000, prepay=1_000, deductible=100_000, ratio=8_533, reduction_points=1_000, cap=500_000,
        large_ratio=9_000, tier_start=[100_000, 200_000], tier_ratio=[2_000, 3_000], civil_ratio=7_500,
        civil_limit=5_000, enterprise_ratio=3_333, veteran_ratio=2_000, assist_ratio=7_001, assist_threshold=1_000,
    )  # fmt: skip
    settled = settle(
        1_500_011, terms, Accumulators.of(1, burden=30_000), total=1_700_000, account=10_000, family=20_000
    )
    told = {step.step: step.zh for step in explain(settled)}
    assert told["calculated"] == "按比例计算（5890.806 四舍五入到分）"
    assert told["hifp"] == "封顶线内可付余额 5000.00，统筹基金支付"
    assert told["hifob"] == "职工大额：超封顶线 890.81 × 90%（801.729 四舍五入到分）"
    assert told["hifmi"] == "大病保险：年内已负担 300.00，起付 1000.00，1000.00 × 20%；2120.00 × 30%"
    assert told["cvlserv"] == "公务员补助 2182.27 × 75%，年度限额余额 50.00"
    assert told["hifes"] == "企业补充医疗保险 2132.27 × 33.33%（710.685591 四舍五入到分）"
    assert told["hifdm"] == "伤残军人医疗保障 1421.58 × 20%（284.316 四舍五入到分）"
    assert told["maf"] == "医疗救助（起付 10.00） 1127.26 × 70.01%（789.194726 四舍五入到分）"
    assert (told["account"], told["family"], told["cash"]) == ("其中个人账户", "其中家庭共济账户", "其中现金")
