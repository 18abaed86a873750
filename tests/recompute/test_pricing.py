"""What findings are worth to the fund, each yuan counted once."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lianshen.errors import UsageError
from lianshen.recompute import explain, price_findings, recompute
from lianshen.recompute.explanation import NotExplained
from lianshen.settlement import Accumulators

FINDINGS = "SELECT finding_id, a2, counted_a2 FROM audit.finding ORDER BY 1"


def night(world: Any) -> int:
    recompute(world.con, world.book)
    return price_findings(world.con, world.book)


@pytest.fixture
def stay(world: Any) -> Any:
    """An admission at home in Mianyang: 20,800 in two lines, 600 deductible, 84 %: 16,968.00."""
    world.settlement(fix_blng_admdvs="510700", lines=[{"pric": "20000"}, {"pric": "800"}])
    return world


def test_a_line_is_worth_its_in_scope_part_at_the_ratio(stay: Any) -> None:
    stay.finding("A", lines={"S1-1": "800.00"})
    assert night(stay) == 1
    assert stay.rows(FINDINGS) == [("A", "672.00", "672.00")]


def test_two_findings_on_one_line_count_it_once(stay: Any) -> None:
    stay.finding("A", lines={"S1-1": "500.00"})
    stay.finding("B", lines={"S1-1": "800.00"})
    night(stay)
    assert stay.rows(FINDINGS) == [("A", "420.00", "420.00"), ("B", "672.00", "252.00")]


def test_definite_comes_before_suspicious_and_lines_before_settlements(stay: Any) -> None:
    stay.finding("A", certainty="suspicious", lines={"S1-1": "800.00"})
    stay.finding("B", level="settlement", a0="20800.00", a1="20800.00")
    stay.finding("C", lines={"S1-1": "800.00"})
    night(stay)
    assert stay.rows(FINDINGS) == [("A", "672.00", "0.00"), ("B", "16968.00", "16296.00"), ("C", "672.00", "672.00")]


def test_the_last_yuan_within_the_deductible_are_worth_nothing(stay: Any) -> None:
    stay.finding("A", lines={"S1-0": "20000.00"})
    stay.finding("B", lines={"S1-1": "800.00"})
    night(stay)
    # 20,000 out of 20,800 leaves 800, of which 600 are deductible: the second finding is worth 200 at 84 %.
    assert stay.rows(FINDINGS) == [("A", "16800.00", "16800.00"), ("B", "672.00", "168.00")]


def test_a_finding_that_brought_its_own_worth_counts_up_to_what_was_paid(stay: Any) -> None:
    stay.finding("A", level="settlement", a2="16000.00")
    stay.finding("B", level="settlement", a2="2000.00")
    stay.finding("C", level="settlement", a2="-300.00")
    assert night(stay) == 0
    assert stay.rows(FINDINGS) == [("A", "16000.00", "16000.00"), ("B", "2000.00", "968.00"), ("C", "-300.00", "0.00")]


def test_a_line_finding_with_its_own_worth_shares_it_by_the_part_of_the_line_that_is_left(stay: Any) -> None:
    stay.finding("A", lines={"S1-1": "600.00"})
    stay.finding("B", lines={"S1-1": "800.00"}, a2="100.00")
    night(stay)
    assert stay.rows(FINDINGS) == [("A", "504.00", "504.00"), ("B", "100.00", "25.00")]


def test_where_the_yearly_limit_binds_a_finding_never_counts_more_than_it_is_worth(world: Any) -> None:
    """5,000 at 60 % is 3,000, the limit 2,000: one line of 1,000 is worth nothing, the second brings it to 1,800."""
    world.settlement(
        care="OTP", med_type="11", insu_admdvs="510100", dedc_hosp_lv="2", dedc_std=Decimal("200.00"),
        crt_dedc=Decimal("0.00"), used=Accumulators.of(1, deductible_paid=20000),
        lines=[{"pric": "3000"}, {"pric": "1000"}, {"pric": "1000"}],
    )  # fmt: skip
    world.finding("A", lines={"S1-1": "1000.00"})
    world.finding("B", lines={"S1-0": "3000.00"})
    night(world)
    assert world.rows(FINDINGS) == [("A", "0.00", "0.00"), ("B", "800.00", "800.00")]


def test_pricing_again_changes_nothing(stay: Any) -> None:
    for name in "ABC":
        stay.finding(name, lines={"S1-1": "700.00"}, certainty="definite" if name != "B" else "suspicious")
    stay.finding("D", level="network", a2="50.00")
    night(stay)
    first = stay.rows(FINDINGS), stay.rows("SELECT * FROM audit.explanation")
    assert price_findings(stay.con, stay.book) == 0
    assert (stay.rows(FINDINGS), stay.rows("SELECT * FROM audit.explanation")) == first
    (total,) = stay.con.execute("SELECT SUM(counted_a2) FROM audit.finding").fetchone()
    assert total <= Decimal("16968.00")


def test_the_expected_terms_price_a_finding_not_the_ones_that_were_paid(world: Any) -> None:
    world.settlement(paid_as={"filing_type": "REFERRAL"}, lines=[{"pric": "20000"}, {"pric": "800"}])
    world.finding("A", lines={"S1-1": "800.00"})
    night(world)
    assert world.rows(FINDINGS) == [("A", "552.00", "552.00")]


def test_without_terms_a_finding_is_worth_nothing_and_keeps_its_exposure(world: Any) -> None:
    world.settlement(insu_admdvs="510200")
    world.finding("A", lines={"S1-0": "800.00"}, exposure="500.00")
    assert night(world) == 1
    assert world.rows("SELECT a2, counted_a2, exposure FROM audit.finding") == [("0.00", "0.00", "500.00")]
    ((steps,),) = world.con.execute("SELECT steps FROM audit.explanation").fetchall()
    assert [step["step"] for step in json.loads(steps)] == ["not_computed"]


def test_only_dirty_settlements_are_priced(stay: Any) -> None:
    stay.settlement("S2", fix_blng_admdvs="510700")
    stay.finding("A", lines={"S1-1": "800.00"})
    stay.finding("B", setl_id="S2", lines={"S2-0": "800.00"})
    recompute(stay.con, stay.book)
    stay.con.execute("DELETE FROM work.dirty_settlement WHERE setl_id = 'S2'")
    price_findings(stay.con, stay.book)
    assert stay.rows(FINDINGS) == [("A", "672.00", "672.00"), ("B", None, None)]


def test_recomputing_a_settlement_with_findings_makes_it_dirty(stay: Any) -> None:
    stay.finding("A", lines={"S1-1": "800.00"})
    stay.con.execute("DELETE FROM work.dirty_settlement")
    recompute(stay.con, stay.book)
    assert stay.rows("SELECT * FROM work.dirty_settlement") == [("S1",)]


def test_the_explanation_of_a_settlement_names_filing_policy_source_and_cause(world: Any) -> None:
    world.filing(filed_region="510700")
    world.settlement(paid_as={"filing_type": "REFERRAL"}, setl_date=date(2026, 11, 8))
    world.finding("A", lines={"S1-0": "800.00"})
    night(world)
    ((text,),) = world.con.execute("SELECT steps FROM audit.explanation").fetchall()
    steps = {step["step"]: step for step in json.loads(text)}
    assert list(steps["filing"]) == ["step", "zh", "en", "amount", "policy", "source", "since", "paid", "rank", "beat",
                                     "dated"]  # fmt: skip
    assert (steps["nth"]["zh"], steps["filing"]["dated"]) == ("本年第 1 次住院", "2026-11-01 begndate")
    assert (steps["hifp"]["amount"], steps["hifp"]["paid"]) == ("13869.00", "15879.00")
    assert (steps["deductible"]["rank"], steps["deductible"]["dated"]) == ("city", "2026-11-08 setl_date")
    assert "备案地与就医地不符" in steps["filing"]["zh"]
    assert (steps["deductible"]["amount"], steps["deductible"]["since"]) == ("700.00", "2026-11-08")
    assert "mianyang remote.deductible" in steps["deductible"]["source"]
    assert steps["ratio"]["policy"] == "84% 降 15 个百分点 = 69%"
    assert steps["fund"]["amount"] == "13869.00"
    assert (steps["paid"]["amount"], steps["difference"]["amount"]) == ("15879.00", "2010.00")
    assert "备案地与就医地不符" in steps["difference"]["zh"]
    told = explain(world.con, world.book, "S1")
    assert [step.step for step in told] == [step["step"] for step in json.loads(text)]


def test_the_explanation_goes_away_with_the_last_finding(stay: Any) -> None:
    stay.finding("A", lines={"S1-1": "800.00"})
    night(stay)
    stay.con.execute("DELETE FROM audit.finding")
    price_findings(stay.con, stay.book)
    assert stay.rows("SELECT * FROM audit.explanation") == []


def test_explain_shows_where_the_catalogue_gives_another_in_scope_amount(world: Any) -> None:
    world.item("C", lv="03")
    world.settlement(fix_blng_admdvs="510700", lines=[{}, {"code": "C", "pric": "1000"}])
    recompute(world.con, world.book)
    steps = {step.step: step.amount for step in explain(world.con, world.book, "S1")}
    assert (steps["recorded_in_scope"], steps["in_scope"]) == ("21800.00", "20800.00")
    assert (steps["fund"], steps["paid"], steps["difference"]) == ("16968.00", "17808.00", "840.00")


def test_explain_says_what_is_wrong_with_the_question(world: Any) -> None:
    with pytest.raises(UsageError, match="S9 is not in the warehouse"):
        explain(world.con, world.book, "S9")
    world.settlement(insu_admdvs="510200")
    with pytest.raises(NotExplained, match="no pack speaks of this pool"):
        explain(world.con, world.book, "S1")
