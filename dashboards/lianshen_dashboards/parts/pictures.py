"""Which picture shows a finding: one table from rule to drawings, tried in their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianshen_dashboards.parts.drawings import Against, Apart, Band, Beside, DailyCost, Drawing, PerDay
from lianshen_dashboards.parts.drawings_of_stays import Filing, Span, Stays
from lianshen_dashboards.parts.drawings_of_steps import Recomputed
from lianshen_dashboards.parts.scene import Picture, Scene

IN_HOSPITAL = Span("hospital", "stay_begin", "stay_end")
PAID = Beside("paid_fund", "expected_fund")
STEPS = Recomputed()

BY_RULE: Mapping[str, tuple[Drawing, ...]] = {
    # Stays: the gap between two, bars that overlap, days that follow each other.
    "AD-01": (Stays(),),
    "AD-04": (Stays(),),
    "AD-06": (Stays(Span("here", "begin", "end"), Span("there", "other_begin", "other_end")),),
    "AD-07": (Stays(IN_HOSPITAL, Span("outside", "day")),),
    "AD-10": (Stays(),),
    "AD-12": (Stays(IN_HOSPITAL, Span("outside", "day")),),
    "MD-10": (Stays(Span("place", "day"), Span("first_place", "first_day")), DailyCost()),
    "PL-14": (Against("gap_days", "cycle_days", at_least=True),),
    "XR-11": (Apart("here_time", "there_time", "travel_minutes"), Stays()),
    "XR-14": (Stays(),),
    "XR-15": (Stays(Span("city", "on", days="days"), Span("earlier_city", "earlier_on", days="earlier_days")),),
    "FR-03": (Stays(Span("institution", "on"), Span("earlier_institution", "earlier_on")), DailyCost()),
    "FR-06": (Stays(Span("item", "fee_date"), Span("", "death", name="死亡")), DailyCost()),
    "FR-07": (Stays(Span("", "admission"), Span("state", "since", name="停保")),),
    # A quantity against its cap.
    "AD-09": (Against("days", "peer_p99"),),
    "CH-04": (PerDay("days", "allowed"),),
    "CH-05": (Against("hours", "available"),),
    "FR-14": (Against("share", "median"),),
    "LP-05": (Against("days", "limit"),),
    "LP-09": (Against("days", "limit"),),
    "MD-04": (Against("total", "allowed"),),
    "MD-05": (Against("found", "limit"), DailyCost()),
    "MD-07": (Against("found", "limit"), DailyCost()),
    "MD-09": (Against("quantity", "allowed"),),
    "MG-10": (Against("days", "limit"), DailyCost()),
    "PL-06": (Against("days", "max_days"),),
    "PL-07": (Against("day_number", "max_days"),),
    "PL-13": (PerDay("quantity", "allowed"),),
    "PL-15": (Against("total", "cap"),),
    "FR-01": (Against("on_hand", "window_days"),),
    # A price against its ceiling.
    "CH-07": (Against("price", "allowed"),),
    "CH-08": (Against("price", "true_price"), DailyCost()),
    "CH-03": (Against("total", "price"),),
    "PL-11": (Against("price", "ceiling"),),
    # An actual amount against the expected one.
    "AD-02": (Beside("day_cost", "peer_day_cost"),),
    "AD-03": (Beside("total", "peer_fee"),),
    "AD-08": (Beside("test_fee", "care_fee"),),
    "AD-11": (Beside("weight", "base_weight"),),
    "MD-11": (Band("actual", "expected", "low", "high"),),
    "FR-04": (Beside("persons", "expected"),),
    "XR-12": (Beside("actual", "expected"),),
    "XR-13": (Beside("actual", "expected"),),
    "XR-16": (Beside("paper_fund", "direct_fund"),),
    "CL-01": (Beside("stated_fund", "held_fund"),),
    "CL-02": (Beside("stated_fund", "held_fund"),),
    "CL-05": (Beside("cleared_all", "due_all"),),
    "CL-06": (Against("spent", "quota"),),
    "CL-07": (Beside("determined", "withheld"),),
    # A filing against the admission.
    "XR-01": (Filing(), STEPS, PAID),
    "XR-02": (Filing(), STEPS, PAID),
    "XR-03": (Filing(), STEPS, PAID),
    "XR-04": (Filing(), Against("uses", "max_uses")),
    "XR-05": (Filing(), STEPS, PAID),
    "XR-06": (Filing(), STEPS, PAID),
    "XR-21": (Stays(),),
    # What was paid against what is recomputed, step by step.
    "ST-03": (STEPS, Beside("paid", "now")),
    "ST-04": (STEPS, Beside("paid_ratio", "policy_ratio")),
    "ST-05": (Beside("actual", "expected"),),
    "ST-06": (STEPS, PAID),
    "ST-07": (STEPS,),
    "ST-08": (Beside("before", "after"),),
    "LP-06": (PAID, STEPS),
    "LP-08": (PAID, STEPS),
    "LP-11": (PAID, STEPS),
}
"""A rule that is not here is drawn by its group, or by its level."""
BY_GROUP: Mapping[str, tuple[Drawing, ...]] = {
    "ST": (STEPS,),
    "XR": (Filing(), STEPS, Stays()),
    "LP": (STEPS,),
    "FR": (Stays(),),
    "MD": (DailyCost(),),
}
BY_LEVEL: Mapping[str, tuple[Drawing, ...]] = {"network": (Stays(),)}
LAST = (DailyCost(),)


def drawings(rule: str, level: str) -> tuple[Drawing, ...]:
    """Return what may draw a finding of the rule, in the order of trying."""
    return BY_RULE.get(rule) or (*(BY_GROUP.get(rule[:2]) or BY_LEVEL.get(level, ())), *LAST)


def picture(finding: Mapping[str, Any], scene: Scene) -> Picture | None:
    """Return the picture of a finding, or None where there is none to draw."""
    for draw in drawings(finding["rule_id"], finding["level"]):
        drawn = draw(dict(finding), scene)
        if drawn is not None:
            return drawn
    return None
