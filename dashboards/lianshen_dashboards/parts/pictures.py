"""Which picture shows a finding: chosen by the rule, drawn only where the evidence has what it needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lianshen_dashboards.evidence import Cells, Evidence, amount, day, fact
from lianshen_dashboards.figures import size, time
from lianshen_dashboards.figures.base import Figure
from lianshen_dashboards.figures.time import Stay
from lianshen_dashboards.parts.because import place
from lianshen_dashboards.present import Row

FOR_EVER = date(9999, 12, 31)
CAUSES = {
    "by_catalogue": "目录",
    "by_filing": "备案",
    "by_benefit": "待遇计算",
    "by_accumulator": "年度累计",
    "by_identity": "结算单自相矛盾",
    "unexplained": "未能解释",
}


@dataclass(frozen=True)
class Picture:
    """A figure and what it says in words."""

    figure: Figure
    says: str


@dataclass(frozen=True)
class Scene:
    """What a picture may be drawn from: the case, its evidence, other stays of the person, and today."""

    case: Row
    evidence: Evidence
    other_stays: Sequence[Stay]
    today: date


def stays(finding: Row, scene: Scene) -> Picture | None:
    """Draw the stays of the case and the person's others; what the finding itself compares comes first."""
    every = _compared(finding)
    if not every:
        for row in scene.evidence.settlements.values():
            begin, end = day(row["begndate"]), day(row["enddate"])
            if begin and end:
                here = row["fixmedins_name"] or row["fixmedins_code"]
                every.append(Stay(here, begin, end, row["setl_id"] == finding["setl_id"]))
        every += scene.other_stays
    if len(every) < 2:
        return None
    said = "；".join(
        f"{one.place} 与 {other.place} {time.between_zh(one, other)}" for one, other, _ in time.gaps(every)
    )
    return Picture(time.stays_figure(every), f"住院时间线：{said}")


def _compared(finding: Row) -> list[Stay]:
    """Return the two stays that a finding states in full, or nothing."""
    names = (("here", "begin", "end", True), ("there", "other_begin", "other_end", False),
             ("hospital", "stay_begin", "stay_end", True), ("outside", "day", "day", False))  # fmt: skip
    found = []
    for where, begins, ends, is_this in names:
        here, begin, end = fact(finding, where), day(fact(finding, begins)), day(fact(finding, ends))
        if here and begin and end:
            found.append(Stay(str(here), begin, end, is_this))
    return found if len(found) > 1 else []


def price(finding: Row, scene: Scene) -> Picture | None:
    """Draw a unit price against its ceiling."""
    paid = amount(fact(finding, "price"))
    ceiling = amount(fact(finding, "ceiling"))
    if paid is None or ceiling is None:
        return None
    return Picture(size.against_limit(paid, ceiling, "元", "单价", "限价"), f"单价 {paid} 元，限价 {ceiling} 元")


def counts(finding: Row, scene: Scene) -> Picture | None:
    """Draw counts per day where the finding is about one day, else the total against what is allowed."""
    allowed = amount(fact(finding, "allowed"))
    total = amount(fact(finding, "quantity", "days"))
    if allowed is None or total is None:
        return cost_per_day(finding, scene)
    per_day = _per_day(finding, scene) if day(fact(finding, "period")) else {}
    if not per_day:
        return Picture(size.against_limit(total, allowed, "", "计费", "应计"), f"计费 {total}，应计 {allowed}")
    over = [one for one, count in sorted(per_day.items()) if count > allowed]
    said = f"每日数量，上限 {allowed}，超过的日期：{'、'.join(over) or '无'}"
    return Picture(size.per_day(per_day, allowed, "数量"), said)


def _per_day(finding: Row, scene: Scene) -> dict[str, Decimal]:
    hit = {line["bkkp_sn"] for line in scene.case["hit_lines"] if finding["rule_id"] in line["rules"]}
    codes = {line["hilist_code"] for line in scene.evidence.lines if line["bkkp_sn"] in hit}
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in scene.evidence.lines:
        if line["hilist_code"] in codes and line["setl_id"] == finding["setl_id"]:
            found[line["fee_date"]] += Decimal(line["cnt"])
    return found


def outlier(finding: Row, scene: Scene) -> Picture | None:
    """Draw the actual amount against the expected one with its interval."""
    actual, expected, low, high = (amount(fact(finding, name)) for name in ("actual", "expected", "low", "high"))
    if actual is None or expected is None or low is None or high is None:
        return None
    said = f"实际 {actual} 元，预计 {expected} 元，区间 {low} 至 {high} 元"
    return Picture(size.interval(actual, expected, low, high), said)


def filing(finding: Row, scene: Scene) -> Picture | None:
    """Draw the period of the filing against the admission."""
    row: Cells = scene.evidence.recomputed.get(finding["setl_id"], {})
    stay: Cells = scene.evidence.settlements.get(finding["setl_id"], {})
    begin, end = day(stay.get("begndate")), day(stay.get("enddate"))
    filed_from = day(fact(finding, "filed_from")) or day(row.get("filed_from"))
    filed_until = day(fact(finding, "filed_until")) or day(row.get("filed_until")) or FOR_EVER
    if not (begin and end and filed_from):
        return difference(finding, scene)
    said = f"备案 {filed_from} 至 {filed_until}，就诊 {begin} 至 {end}"
    filed_for, treated_in = fact(finding, "filed_for") or row.get("filed_region"), fact(finding, "treated_in")
    places = (place(str(filed_for)) if filed_for else "", place(str(treated_in)) if treated_in else "")
    return Picture(time.filing_figure(filed_from, filed_until, begin, end, scene.today, places), said)


def difference(finding: Row, scene: Scene) -> Picture | None:
    """Draw what the difference between paid and expected is made of."""
    row = scene.evidence.recomputed.get(finding["setl_id"], {})
    parts = [(name, amount(row.get(column)) or Decimal(0)) for column, name in CAUSES.items()]
    if not any(part for _, part in parts):
        return None
    said = "差额构成：" + "、".join(f"{name} {part} 元" for name, part in parts if part)
    return Picture(size.causes(parts), said)


def cost_per_day(finding: Row, scene: Scene) -> Picture | None:
    """Draw cost per day with the hit part marked."""
    hit = {line["bkkp_sn"] for line in scene.case["hit_lines"] if finding["rule_id"] in line["rules"]}
    lines = [
        (line["fee_date"], Decimal(line["det_item_fee_sumamt"]), line["bkkp_sn"] in hit)
        for line in scene.evidence.lines
        if line["setl_id"] == finding["setl_id"]
    ]
    if not lines or not any(is_hit for _, _, is_hit in lines):
        return None
    marked = sum((part for _, part, is_hit in lines if is_hit), Decimal(0))
    return Picture(size.daily_cost(lines), f"逐日费用，疑点部分合计 {marked} 元")


Draw = Callable[[Row, Scene], Picture | None]
BY_RULE: Mapping[str, Draw] = {
    "AD-01": stays,
    "AD-06": stays,
    "AD-07": stays,
    "PL-11": price,
    "PL-13": counts,
    "CH-04": counts,
    "MD-11": outlier,
    "XR-01": filing,
    "XR-02": filing,
    "XR-03": filing,
    "XR-04": filing,
    "XR-05": filing,
    "XR-06": filing,
    "ST-04": difference,
}
BY_GROUP: Mapping[str, Draw] = {"ST": difference, "XR": difference, "FR": stays, "MD": outlier}
BY_LEVEL: Mapping[str, Draw] = {"line": cost_per_day, "network": stays}


def picture(finding: Mapping[str, Any], scene: Scene) -> Picture | None:
    """Return the picture of a finding, or None where there is none to draw."""
    rule = finding["rule_id"]
    draw = BY_RULE.get(rule) or BY_GROUP.get(rule[:2]) or BY_LEVEL.get(finding["level"], cost_per_day)
    return draw(dict(finding), scene)
