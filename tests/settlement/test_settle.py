"""The worked examples of the policy to the fen, and what holds for every settlement."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianshen.settlement import (
    LARGEST_BILL,
    ONE,
    UNLIMITED,
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


def test_the_filing_decides_what_an_employee_pays() -> None:
    terms = Terms.of(3, deductible=100_000, ratio=8_500, reduction_points=[0, 1_000, 2_000])
    settled = settle(2_050_000, terms, total=2_430_000)
    assert [yuan(int(f)) for f in settled.fund] == ["16575.00", "14625.00", "12675.00"]
    assert [yuan(int(p)) for p in settled.psn] == ["7725.00", "9675.00", "11625.00"]


def test_a_resident_of_low_income_goes_through_every_layer() -> None:
    terms = Terms.of(1, deductible=80_000, ratio=5_500, tier_start=1_800_000, tier_ratio=6_000, assist_ratio=7_000)
    settled = settle(9_600_000, terms, total=10_450_000)
    assert amounts(settled, "hifp", "burden", "hifmi", "maf", "fund", "psn") == [
        "52360.00", "43640.00", "15384.00", "19779.20", "87523.20", "16976.80",
    ]  # fmt: skip


def test_the_large_amount_fund_goes_on_where_the_cap_stops() -> None:
    terms = Terms.of(1, deductible=80_000, ratio=8_500, cap=45_000_000, large_ratio=9_000)
    settled = settle(8_000_000, terms, Accumulators.of(1, cap_room=500_000))
    assert amounts(settled, "calculated", "hifp", "over_cap", "hifob") == [
        "67320.00", "5000.00", "62320.00", "56088.00",
    ]  # fmt: skip


def test_a_split_stay_costs_the_patient_and_not_the_fund() -> None:
    two = settle(900_000, Terms.of(2, deductible=[100_000, 90_000], ratio=8_500))
    one = settle(1_800_000, Terms.of(1, deductible=100_000, ratio=8_500))
    assert [yuan(int(two.fund.sum())), yuan(int(one.fund[0]))] == ["13685.00", "14450.00"]


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


def test_the_largest_bill_does_not_overflow() -> None:
    settled = settle(LARGEST_BILL, Terms.of(1, ratio=ONE))
    assert int(settled.fund[0]) == LARGEST_BILL


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**9))
def test_rounding_is_half_away_from_zero(numerator: int, denominator: int) -> None:
    exact = Fraction(abs(numerator), denominator)
    expected = int(exact + Fraction(1, 2)) * (1 if numerator >= 0 else -1)
    assert int(round_div(np.array([numerator]), denominator)[0]) == expected


@st.composite
def cases(draw: Any) -> dict[str, int]:
    money = st.integers(0, 20_000_000)
    ratio = st.integers(0, ONE)
    is_points = draw(st.booleans())
    return {
        "in_scope": draw(money), "outside": draw(money), "deductible": draw(st.integers(0, 200_000)),
        "ratio_1": draw(ratio), "ratio_2": draw(ratio), "start_2": draw(st.integers(1, 5_000_000)),
        "reduction_points": draw(ratio) if is_points else 0, "reduction_factor": ONE if is_points else draw(ratio),
        "prepay": draw(st.sampled_from([0, 1_000])), "cap": draw(st.sampled_from([0, 5_000_000, UNLIMITED])),
        "threshold": draw(st.sampled_from([0, 1_800_000, UNLIMITED])), "tier_ratio": draw(ratio),
        "large_ratio": draw(ratio), "civil_ratio": draw(ratio), "civil_limit": draw(money), "assist_ratio": draw(ratio),
        "assist_threshold": draw(st.integers(0, 300_000)), "assist_limit": draw(money),
        "cap_room": draw(st.sampled_from([UNLIMITED, 0, 1_000_000])), "deductible_paid": draw(st.integers(0, 300_000)),
        "burden": draw(money), "account": draw(money),
    }  # fmt: skip


def run(rows: list[dict[str, int]]) -> Settlement:
    column = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    same = ("deductible", "reduction_points", "reduction_factor", "prepay", "cap", "large_ratio", "civil_ratio",
            "civil_limit", "assist_ratio", "assist_threshold", "assist_limit")  # fmt: skip
    terms = Terms.of(
        len(rows),
        slice_start=np.stack([np.zeros_like(column["start_2"]), column["start_2"]], axis=1),
        slice_ratio=np.stack([column["ratio_1"], column["ratio_2"]], axis=1),
        tier_start=column["threshold"][:, None],
        tier_ratio=column["tier_ratio"][:, None],
        **{name: column[name] for name in same},
    )
    used = Accumulators.of(len(rows), **{name: column[name] for name in ("cap_room", "deductible_paid", "burden")})
    total = column["in_scope"] + column["outside"]
    return settle(column["in_scope"], terms, used, total=total, account=column["account"])


AMOUNTS = [field.name for field in fields(Settlement) if field.name not in ("terms", "accumulators", "ratio")]


@given(cases())
def test_the_parts_add_up_and_nothing_is_negative(case: dict[str, int]) -> None:
    s = run([case])
    assert int(s.fund[0] + s.psn[0] + s.hospital_share[0]) == case["in_scope"] + case["outside"]
    assert int(s.account[0] + s.cash[0]) == int(s.psn[0])
    assert int(s.hifp[0] + s.hifob[0] + s.hifmi[0] + s.cvlserv[0] + s.maf[0]) == int(s.fund[0])
    assert int(s.fund[0]) <= case["in_scope"]
    assert all(int(getattr(s, name).min()) >= 0 for name in AMOUNTS)


@given(st.lists(cases(), min_size=1, max_size=8))
def test_a_settlement_alone_comes_out_as_in_a_batch(rows: list[dict[str, int]]) -> None:
    batch = run(rows)
    for place, row in enumerate(rows):
        alone = run([row])
        assert {name: getattr(alone, name)[0].tolist() for name in AMOUNTS} == {
            name: getattr(batch, name)[place].tolist() for name in AMOUNTS
        }


@given(cases(), st.integers(0, 1_000_000))
def test_more_in_scope_never_pays_less_from_the_pooled_fund(case: dict[str, int], more: int) -> None:
    before, after = run([case]), run([case | {"in_scope": case["in_scope"] + more}])
    for name in ("deductible", "calculated", "hifp", "burden"):
        assert int(getattr(after, name)[0]) >= int(getattr(before, name)[0])


@given(cases())
def test_the_explanation_shows_the_amounts_of_the_settlement(case: dict[str, int]) -> None:
    settled = run([case])
    steps = explain(settled)
    told = {step.step: step.amount for step in steps if step.step != "ratio"}
    assert (
        told.items() >= {name: int(getattr(settled, name)[0]) for name in ("total", "in_scope", "fund", "psn")}.items()
    )
    assert sum(told.get(name, 0) for name in ("hifp", "hifob", "hifmi", "cvlserv", "maf")) == told["fund"]
    assert sum(step.amount for step in steps if step.step == "ratio") == told["base"]


def test_the_explanation_names_the_policy_in_both_languages() -> None:
    steps = {
        s.step: s
        for s in explain(settle(2_050_000, Terms.of(1, deductible=100_000, ratio=8_500, reduction_points=1_000)))
    }
    assert (steps["ratio"].zh, steps["ratio"].en) == (
        "19500.00 按 85% 降 10 个百分点 = 75%", "19500.00 at 85% less 10 points = 75%",
    )  # fmt: skip
    assert steps["deductible"].policy == "1000.00"
