"""The table from rules to pictures: it names only facts that rules state, and what cannot be drawn is left out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianshen.rules.catalogue import rule_texts
from lianshen_dashboards.evidence import Evidence
from lianshen_dashboards.figures import compare, days, size
from lianshen_dashboards.figures.compare import Step
from lianshen_dashboards.figures.days import Cell
from lianshen_dashboards.parts.drawings import Against, Beside, PerDay
from lianshen_dashboards.parts.drawings_of_stays import Filing, Stays
from lianshen_dashboards.parts.drawings_of_steps import Recomputed
from lianshen_dashboards.parts.pictures import BY_GROUP, BY_RULE, drawings, picture
from lianshen_dashboards.parts.scene import Scene

STATED_BY_MODELS = {"MD-11"}
TODAY = date(2026, 11, 20)


def finding(rule: str, **because: Any) -> dict[str, Any]:
    """Return a finding that states the facts."""
    text = rule_texts().get(rule)
    return {
        "rule_id": rule,
        "level": text.level if text else "settlement",
        "setl_id": "S1",
        "because": {f"because_{name}": value for name, value in because.items()},
        "labels": dict(text.facts) if text else {},
    }


def scene(evidence: Evidence | None = None) -> Scene:
    return Scene({"hit_lines": []}, evidence or Evidence(), (), TODAY)


def test_the_table_names_only_rules_that_exist_and_facts_that_they_state() -> None:
    texts = rule_texts()
    for rule, some in BY_RULE.items():
        if rule in STATED_BY_MODELS:
            continue
        assert rule in texts, rule
        stated = {name.removeprefix("because_") for name in texts[rule].facts}
        for drawing in some:
            # A filing may also be read from the recomputation.
            wanted = set(drawing.facts) - ({"filed_from"} if isinstance(drawing, Filing) else set())
            assert wanted <= stated, (rule, wanted - stated)


def test_every_shipped_rule_has_a_way_to_be_drawn() -> None:
    assert all(drawings(rule, text.level) for rule, text in rule_texts().items())
    assert set(BY_GROUP) <= {rule[:2] for rule in rule_texts()}


@pytest.mark.parametrize(
    ("rule", "facts", "said"),
    [
        ("PL-11", {"price": "165.00", "ceiling": "145.00"}, "单价 165 元，上限 145 元"),
        ("PL-14", {"gap_days": 3, "cycle_days": 30}, "3"),
        ("MD-04", {"total": "30.00", "allowed": "20.00"}, "30"),
        ("CL-02", {"stated_fund": "900.00", "held_fund": "800.50"}, "差额 99.50"),
        (
            "AD-06",
            {
                "here": "甲医院",
                "begin": "2026-10-01",
                "end": "2026-10-09",
                "there": "乙医院",
                "other_begin": "2026-10-05",
                "other_end": "2026-10-12",
            },
            "重叠 4 夜",
        ),
        (
            "XR-15",
            {
                "city": "510100",
                "on": "2026-10-10",
                "days": 30,
                "earlier_city": "510700",
                "earlier_on": "2026-10-01",
                "earlier_days": 30,
            },
            "重叠",
        ),
    ],
)
def test_a_rule_is_drawn_from_its_own_facts_and_said_in_words(rule: str, facts: dict[str, Any], said: str) -> None:
    drawn = picture(finding(rule, **facts), scene())
    assert drawn is not None
    assert said in drawn.says
    assert drawn.numbers is not None
    assert all(len(row) == len(drawn.numbers.heads) for row in drawn.numbers.rows)


@pytest.mark.parametrize("rule", sorted(BY_RULE))
def test_a_finding_that_states_nothing_has_no_picture(rule: str) -> None:
    assert picture(finding(rule), scene()) is None


@pytest.mark.parametrize("odd", ["", "很多", [], {"a": 1}, True, None, "-3"])
def test_a_fact_of_another_shape_is_not_drawn(odd: Any) -> None:
    for drawing in (Against("price", "ceiling"), PerDay("price", "ceiling")):
        assert drawing(finding("PL-11", price=odd, ceiling="10.00"), scene()) is None


def test_what_was_recomputed_stands_beside_what_was_paid_step_by_step() -> None:
    steps = [
        {"zh": "起付线", "amount": "900.00", "paid": "600.00"},
        {"zh": "统筹基金支付", "amount": "3000.00", "paid": "3300.00"},
        {"zh": "政策", "amount": None, "paid": None},
    ]
    drawn = Recomputed()(finding("ST-03"), scene(Evidence(steps={"S1": steps})))
    assert drawn is not None
    assert "起付线 复算 900 结算单 600" in drawn.says
    assert drawn.numbers is not None
    assert [row[3] for row in drawn.numbers.rows] == ["-300.00", "+300.00"]


def test_steps_that_all_agree_show_what_the_difference_is_made_of() -> None:
    evidence = Evidence(
        steps={"S1": [{"zh": "合计", "amount": "5.00", "paid": "5.00"}]}, recomputed={"S1": {"by_benefit": "12.00"}}
    )
    drawn = Recomputed()(finding("ST-04"), scene(evidence))
    assert drawn is not None
    assert drawn.says == "差额构成：待遇计算 12 元"


def test_a_step_that_recorded_nothing_is_held_against_the_bill() -> None:
    steps = [
        {"step": "total", "zh": "医疗费用总额", "amount": "100.00"},
        {"step": "hifp", "zh": "统筹基金支付", "amount": "60.00"},
        {"step": "ratio", "zh": "60.00 按 80%", "amount": "60.00"},
        {"step": "paid", "zh": "基金实付", "amount": "70.00"},
    ]
    bill = {"setl_id": "S1", "medfee_sumamt": "100.00", "hifp_pay": "70.00"}
    drawn = Recomputed()(finding("ST-04"), scene(Evidence(settlements={"S1": bill}, steps={"S1": steps})))
    assert drawn is not None
    assert drawn.says == "逐步复算，不一致之处：统筹基金支付 复算 60 结算单 70"
    assert drawn.numbers is not None
    assert len(drawn.numbers.rows) == 2


def test_two_places_on_one_day_are_held_against_the_way_between_them() -> None:
    facts = {"here_time": "2026-11-05 10:32:30", "there_time": "2026-11-05 10:57:44", "travel_minutes": 765}
    drawn = picture(finding("XR-11", **facts), scene())
    assert drawn is not None
    assert drawn.says == "两次就诊相隔 25 分钟，车程 765 分钟"


def test_one_stay_alone_is_no_timeline() -> None:
    stay = {"setl_id": "S1", "begndate": "2026-10-01", "enddate": "2026-10-05", "fixmedins_name": "甲"}
    assert Stays()(finding("AD-01"), scene(Evidence(settlements={"S1": stay}))) is None


amounts = st.decimals(0, 10**7, places=2)


@given(amounts, amounts)
def test_the_hatched_part_is_what_lies_beyond_the_limit(value: Decimal, limit: Decimal) -> None:
    bars = size.against_limit(value, limit, "元", "值", "限")["data"]
    assert sum(bar["x"][0] for bar in bars[1:]) == pytest.approx(float(max(value - limit, Decimal(0))))
    least = size.against_limit(value, limit, "天", "值", "限", at_least=True)["data"]
    assert sum(bar["x"][0] for bar in least[1:]) == pytest.approx(float(max(limit - value, Decimal(0))))


@given(st.lists(st.builds(Step, st.text(min_size=1, max_size=20), amounts, st.none() | amounts), max_size=12))
def test_each_step_has_its_bar_and_each_paid_amount_its_mark(steps: list[Step]) -> None:
    bars, marks = compare.step_by_step(steps)["data"]
    assert len(bars["x"]) == len(steps)
    assert len(marks["x"]) == sum(step.paid is not None for step in steps)


def test_two_amounts_name_both_and_their_difference() -> None:
    drawn = Beside("actual", "expected")(finding("ST-05", actual="10.00", expected="12.00"), scene())
    assert drawn is not None
    assert drawn.says.endswith("差额 -2 元")


def test_days_are_squares_by_category_and_what_a_finding_is_about_is_apart() -> None:
    cells = [
        Cell(date(2026, 10, 1), "检查费", Decimal(100), Decimal(0)),
        Cell(date(2026, 10, 2), "检查费", Decimal(400), Decimal(50)),
    ]
    other, hit = days.day_detail(cells)["data"]
    assert (len(other["x"]), len(hit["x"])) == (1, 1)
    assert hit["marker"]["size"][0] > other["marker"]["size"][0]
    assert "疑点 50.00" in hit["customdata"][0]
