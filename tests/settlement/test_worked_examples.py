"""The six worked examples of the policy, to the fen."""

from __future__ import annotations

from lianshen.settlement import (
    ONE,
    PRICE_YUAN,
    QUANTITY_ONE,
    Accumulators,
    Ints,
    Settlement,
    Terms,
    explain,
    settle,
    split_lines,
    tranches,
    yuan,
)


def texts(amounts: Ints) -> list[str]:
    return [yuan(int(amount)) for amount in amounts]


def amounts(settled: Settlement, *names: str) -> dict[str, str]:
    return {name: yuan(int(getattr(settled, name)[0])) for name in names}


def test_1_the_filing_decides_what_an_employee_pays() -> None:
    long_term, referral, unfiled = 0, 1_000, 2_000
    terms = Terms.of(3, deductible=100_000, ratio=8_500, reduction_points=[long_term, referral, unfiled])
    settled = settle(2_050_000, terms, total=190_000 + 40_000 + 150_000 + 2_050_000)
    assert texts(settled.total) == ["24300.00"] * 3
    assert texts(settled.fund) == ["16575.00", "14625.00", "12675.00"]
    assert texts(settled.psn) == ["7725.00", "9675.00", "11625.00"]
    assert yuan(int(settled.fund[1] - settled.fund[2])) == "1950.00", "paid as a referral without a filing"


def test_2_a_resident_of_low_income_goes_through_every_layer() -> None:
    terms = Terms.of(1, deductible=80_000, ratio=5_500, tier_start=1_800_000, tier_ratio=6_000, assist_ratio=7_000)
    settled = settle(9_600_000, terms, total=500_000 + 50_000 + 300_000 + 9_600_000)
    assert amounts(settled, "total", "hifp", "burden", "hifmi", "maf", "fund", "psn") == {
        "total": "104500.00", "hifp": "52360.00", "burden": "43640.00", "hifmi": "15384.00", "maf": "19779.20",
        "fund": "87523.20", "psn": "16976.80",
    }  # fmt: skip
    outside = settled.total - settled.in_scope
    assert texts(settled.psn - outside) + texts(outside) == ["8476.80", "8500.00"]


def test_3_the_large_amount_fund_goes_on_where_the_cap_stops() -> None:
    terms = Terms.of(1, deductible=80_000, ratio=8_500, cap=45_000_000, large_ratio=9_000)
    settled = settle(8_000_000, terms, Accumulators.of(1, cap_room=45_000_000 - 44_500_000))
    assert amounts(settled, "calculated", "hifp", "over_cap", "hifob") == {
        "calculated": "67320.00", "hifp": "5000.00", "over_cap": "62320.00", "hifob": "56088.00",
    }  # fmt: skip


def test_4_two_catalogues_split_the_same_line_differently() -> None:
    insured, treating = 80 * PRICE_YUAN, 90 * PRICE_YUAN
    split = split_lines(
        [10_000, 10_000], QUANTITY_ONE, 100 * PRICE_YUAN, covered=True, ceiling=[insured, treating], share=[1_000, 500]
    )
    assert texts(split.full_self_pay) == ["0.00", "0.00"]
    assert texts(split.over_ceiling) == ["20.00", "10.00"]
    assert texts(split.pre_self_pay) == ["8.00", "4.50"]
    assert texts(split.in_scope) == ["72.00", "85.50"]
    assert yuan(int(split.in_scope[1] - split.in_scope[0])) == "13.50", "the wrong catalogue in the province"


def test_5_a_split_stay_costs_the_patient_and_not_the_fund() -> None:
    two = settle(900_000, Terms.of(2, deductible=[100_000, 90_000], ratio=8_500))
    one = settle(1_800_000, Terms.of(1, deductible=100_000, ratio=8_500))
    assert texts(two.fund) + texts(one.fund) == ["6800.00", "6885.00", "14450.00"]
    assert yuan(int(two.fund.sum())) == "13685.00"
    assert yuan(int(one.fund.sum() - two.fund.sum())) == yuan(int(two.psn.sum() - one.psn.sum())) == "765.00"


def test_6_xining_accepts_a_benchmark_and_pays_in_two_tranches() -> None:
    settled = settle(1_500_000, Terms.of(1, accept_limit=980_000, ratio=ONE))
    assert amounts(settled, "accepted", "beyond", "fund", "psn") == {
        "accepted": "9800.00", "beyond": "5200.00", "fund": "9800.00", "psn": "5200.00",
    }  # fmt: skip
    assert texts(tranches(settled.fund, [8_000, 2_000])[0]) == ["7840.00", "1960.00"]
    steps = {step.step: step for step in explain(settled)}
    assert (steps["accepted"].zh, steps["accepted"].policy) == ("基金认可金额，不超过 9800.00", "9800.00")
    assert (steps["beyond"].zh, steps["beyond"].amount) == ("超出认可金额，由个人负担", 520_000)
