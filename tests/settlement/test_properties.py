"""What holds for every settlement, whatever the policy says."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from settlement.draw import AMOUNTS, Case, alone, cases, run

from lianshen.settlement import (
    FUNDS,
    ONE,
    Accumulators,
    OutOfBounds,
    Settlement,
    Terms,
    explain,
    settle,
    tranches,
    yuan,
)


def of(settled: Settlement, name: str) -> int:
    return int(getattr(settled, name)[0])


def borne(settled: Settlement) -> int:
    """What of the in-scope amount stays with the person."""
    return of(settled, "in_scope") - of(settled, "fund")


@given(cases())
def test_the_parts_add_up_and_nothing_is_negative(case: Case) -> None:
    s = alone(case)
    assert of(s, "fund") + of(s, "psn") + of(s, "hospital_share") == case["in_scope"] + case["outside"]
    assert of(s, "account") + of(s, "family") + of(s, "cash") == of(s, "psn")
    assert sum(of(s, name) for name in FUNDS) == of(s, "fund")
    assert of(s, "accepted") + of(s, "beyond") == case["in_scope"]
    assert of(s, "prepay") + of(s, "deductible") + of(s, "base") == of(s, "accepted")
    assert int(s.sliced.sum()) == of(s, "base")
    assert of(s, "fund") <= of(s, "accepted") - of(s, "prepay")
    assert all(int(getattr(s, name).min()) >= 0 for name in AMOUNTS)


@given(cases())
def test_no_fund_pays_more_than_is_left_under_its_limit(case: Case) -> None:
    s = alone(case)
    for fund, limit, room in (("hifp", "cap", "cap_room"), ("hifmi", "tier_limit", "tier_room"),
                              ("cvlserv", "civil_limit", "civil_room"),
                              ("hifes", "enterprise_limit", "enterprise_room"),
                              ("hifdm", "veteran_limit", "veteran_room"),
                              ("maf", "assist_limit", "assist_room")):  # fmt: skip
        assert of(s, fund) <= min(case[limit], case[room])


@given(st.lists(cases(), min_size=1, max_size=8), st.randoms())
def test_a_settlement_comes_out_the_same_alone_in_a_batch_and_in_any_order(rows: list[Case], chance: object) -> None:
    order = list(range(len(rows)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    batch, shuffled = run(rows), run([rows[place] for place in order])
    for place, row in enumerate(rows):
        by_itself = alone(row)
        for name in AMOUNTS:
            wanted = getattr(by_itself, name)[0].tolist()
            assert getattr(batch, name)[place].tolist() == wanted
            assert getattr(shuffled, name)[order.index(place)].tolist() == wanted


@given(cases())
def test_original_and_reversal_make_nothing(case: Case) -> None:
    there = alone(case)
    back = there.reversed()
    for name in AMOUNTS:
        if name != "room":
            assert int((getattr(there, name) + getattr(back, name)).sum()) == 0
    assert of(back, "fund") + of(back, "psn") == of(back, "total") <= 0
    assert of(back.reversed(), "fund") == of(there, "fund")


# Monotone. With both supplements at once a layer may be paid of a burden that another has paid already, so the
# person's part is claimed only for regions with one of them, as all are; the funds' part holds always.


@given(cases(), st.integers(0, 1_000_000))
def test_more_in_scope_never_pays_less_from_the_funds(case: Case, more: int) -> None:
    before, after = alone(case), alone(case, in_scope=case["in_scope"] + more)
    for name in ("accepted", "beyond", "prepay", "deductible", "base", "calculated", "hifp", "burden", "fund"):
        assert of(after, name) >= of(before, name)


@given(cases(one_supplement=True), st.integers(0, 1_000_000))
def test_more_in_scope_never_leaves_the_person_less(case: Case, more: int) -> None:
    assert borne(alone(case, in_scope=case["in_scope"] + more)) >= borne(alone(case))


@given(cases(one_supplement=True), st.sampled_from(["deductible", "prepay", "reduction_points"]), st.integers(0, 5_000))
def test_a_higher_hurdle_never_pays_more_from_the_funds(case: Case, name: str, more: int) -> None:
    if name == "reduction_points":
        case = case | {"reduction_factor": ONE}
    higher = case[name] + more if name == "deductible" else min(case[name] + more, ONE)
    assert of(alone(case, **{name: higher}), "fund") <= of(alone(case), "fund")


@given(
    cases(one_supplement=True),
    st.sampled_from(["accept_limit", "cap", "cap_room", "deductible_paid", "tier_limit", "tier_room", "civil_limit",
                     "enterprise_room", "veteran_limit", "assist_room"]),
    st.integers(0, 1_000_000),
)  # fmt: skip
def test_more_room_never_pays_less_from_the_funds(case: Case, name: str, more: int) -> None:
    assert of(alone(case, **{name: case[name] + more}), "fund") >= of(alone(case), "fund")


@given(cases(one_supplement=True), st.integers(0, ONE), st.integers(0, ONE))
def test_a_better_ratio_never_pays_less_from_the_funds(case: Case, first: int, second: int) -> None:
    better = {"ratio_1": max(case["ratio_1"], first), "ratio_2": max(case["ratio_2"], second)}
    assert of(alone(case, **better), "fund") >= of(alone(case), "fund")


@given(cases(one_supplement=True), st.integers(0, 5_000_000))
def test_who_has_borne_more_in_the_year_is_never_paid_less(case: Case, more: int) -> None:
    # Tiers rise here; where a later tier pays less than an earlier one this does not hold.
    assert of(alone(case, burden=case["burden"] + more), "fund") >= of(alone(case), "fund")


@given(cases(), st.integers(0, 10_000_000))
def test_what_is_outside_the_scope_changes_no_fund(case: Case, more: int) -> None:
    assert of(alone(case, outside=case["outside"] + more), "fund") == of(alone(case), "fund")


def test_a_higher_cap_may_pay_less_where_a_region_had_both_supplements() -> None:
    # 90 % above the cap and 60 % of the burden from the first yuan: each yuan above the cap was paid one and a half
    # times, as far as there was burden; under a higher cap it is paid once, at the ratio.
    case = {"in_scope": 100_000, "total": 200_000}
    paid = [
        int(settle(case["in_scope"], Terms.of(1, deductible=50_000, ratio=ONE, cap=cap, large_ratio=9_000, tier_start=0,
                                              tier_ratio=6_000), total=case["total"]).fund[0])
        for cap in (0, 50_000)
    ]  # fmt: skip
    assert paid == [100_000, 80_000]


@given(st.lists(cases(one_supplement=True), min_size=2, max_size=6), st.integers(0, 3_000_000))
def test_a_year_paid_one_after_the_other_stays_under_the_cap(rows: list[Case], cap: int) -> None:
    room, paid = cap, 0
    for row in rows:
        hifp = of(alone(row, cap=cap, cap_room=room), "hifp")
        room, paid = room - hifp, paid + hifp
    assert paid <= cap


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, ONE), min_size=1, max_size=4))
def test_tranches_add_up_and_have_the_sign_of_the_amount(amount: int, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), ONE]
    shares = [b - a for a, b in pairwise(edges)]
    parts = tranches(amount, shares)[0].tolist()
    assert sum(parts) == amount
    assert all(part * amount >= 0 for part in parts)
    assert tranches(-amount, shares)[0].tolist() == [-part for part in parts]


def test_tranches_may_differ_by_row_and_must_make_a_whole() -> None:
    assert tranches([101, 101], [[8_000, 2_000], [ONE, 0]]).tolist() == [[81, 20], [101, 0]]
    with pytest.raises(OutOfBounds, match="sum of the shares of the tranches: row 0 is 9000"):
        tranches(100, [8_000, 1_000])
    with pytest.raises(OutOfBounds, match="not negative"):
        tranches(100, [11_000, -1_000])


@given(cases())
def test_the_explanation_shows_the_amounts_of_the_settlement(case: Case) -> None:
    settled = alone(case)
    steps = explain(settled)
    told = {step.step: step.amount for step in steps if step.step != "ratio"}
    for name in ("total", "in_scope", "deductible", "base", "calculated", "hifp", "burden", "fund", "psn"):
        assert told[name] == of(settled, name)
    for name in ("beyond", "prepay", "hifob", "hifmi", "cvlserv", "hifes", "hifdm", "maf", "account", "family"):
        assert told.get(name, 0) == of(settled, name)
    assert sum(step.amount for step in steps if step.step == "ratio") == told["base"]
    order = ["total", "in_scope", "deductible", "base", "calculated", "hifp", "burden", "fund", "psn"]
    assert [step.step for step in steps if step.step in order] == order


@given(cases())
def test_what_the_explanation_writes_out_rounds_to_what_was_paid(case: Case) -> None:
    for step in explain(alone(case)):
        exact = re.search(r"（([\d.]+) 四舍五入到分）", step.zh)
        if exact:
            assert yuan(step.amount) == str(Decimal(exact[1]).quantize(Decimal("0.01"), ROUND_HALF_UP))
            assert f"({exact[1]}, rounded to the fen)" in step.en


def test_defaults_are_a_person_at_the_start_of_a_year() -> None:
    plain = settle(1_000_000, Terms.of(1, ratio=8_000))
    same = settle(1_000_000, Terms.of(1, ratio=8_000), Accumulators.of(1))
    assert (
        (plain.fund.tolist(), plain.psn.tolist()) == (same.fund.tolist(), same.psn.tolist()) == ([800_000], [200_000])
    )
    assert np.array_equal(plain.accepted, plain.in_scope)
