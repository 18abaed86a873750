"""The kinds of finding that the synthetic casebook holds: texts as rules have them, and numbers that fit."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

Row = dict[str, Any]
LABELS: Mapping[str, str] = {
    "because_actual": "本次费用（元）",
    "because_admission": "入院日期",
    "because_allowed": "允许数量",
    "because_begin": "本次入院日期",
    "because_ceiling": "限价（元）",
    "because_days": "计费天数",
    "because_diagnosis": "诊断",
    "because_difference": "基金差额（元）",
    "because_drivers": "推高的类别",
    "because_end": "本次出院日期",
    "because_expected": "同病同级预期（元）",
    "because_family": "费用类别",
    "because_filed_for": "备案就医地",
    "because_filed_from": "备案起始日",
    "because_filed_until": "备案截止日（不含）",
    "because_first_discharge": "首次出院日期",
    "because_gap_days": "间隔天数",
    "because_here": "本次机构",
    "because_high": "区间上限（元）",
    "because_icd3": "病种（ICD 前三位）",
    "because_insured_in": "参保地",
    "because_item": "项目",
    "because_los_days": "住院天数",
    "because_low": "区间下限（元）",
    "because_nights": "重叠夜数",
    "because_other_begin": "另一次入院日期",
    "because_other_end": "另一次出院日期",
    "because_overpaid": "基金多付（元）",
    "because_paid_ratio": "实际支付比例",
    "because_period": "计算期间",
    "because_policy_ratio": "政策支付比例",
    "because_price": "单价（元）",
    "because_quantity": "数量",
    "because_region": "限价地区",
    "because_surplus": "超出天数",
    "because_there": "另一机构",
    "because_treated_in": "就医地",
}


@dataclass(frozen=True)
class Kind:
    """A rule's texts, and ``because``: the numbers for a stay."""

    title_zh: str
    sentence_zh: str
    certainty: str
    severity: int
    level: str
    basis: tuple[str, ...]
    not_a_finding_when: tuple[str, ...]
    reviewer_checks: tuple[str, ...]
    because: Callable[[Row, random.Random], Row]
    has_lines: bool = False
    version: int = 1
    fingerprint: str = "0123456789abcdef"
    handler: tuple[str, ...] = ("H1",)
    facts: Mapping[str, str] = field(default_factory=lambda: LABELS)


def _second_stay(stay: Row, draw: random.Random) -> Row:
    gap = draw.randint(0, 9)
    return {
        "because_gap_days": gap,
        "because_icd3": stay["icd3"],
        "because_diagnosis": stay["main_diag_name"],
        "because_first_discharge": str(stay["begndate"] - timedelta(days=gap)),
    }


def _overlap(stay: Row, draw: random.Random) -> Row:
    nights = draw.randint(1, max(1, stay["los_days"] - 1))
    return {
        "because_nights": nights,
        "because_here": stay["fixmedins_name"],
        "because_begin": str(stay["begndate"]),
        "because_end": str(stay["enddate"]),
        "because_there": "资阳模拟第二人民医院",
        "because_other_begin": str(stay["enddate"] - timedelta(days=nights)),
        "because_other_end": str(stay["enddate"] + timedelta(days=4)),
    }


def _price(stay: Row, draw: random.Random) -> Row:
    price, over = draw.randint(60, 480), draw.randint(5, 60)
    return {
        "because_item": "彩色多普勒超声",
        "because_region": stay["treating_agency"],
        "because_price": f"{price + over}.00",
        "because_ceiling": f"{price}.00",
    }


def _times(stay: Row, draw: random.Random) -> Row:
    return {
        "because_item": "Ⅰ级护理",
        "because_period": str(stay["begndate"] + timedelta(days=1)),
        "because_quantity": f"{draw.randint(4, 8)}.00",
        "because_allowed": "3.00",
    }


def _days(stay: Row, draw: random.Random) -> Row:
    surplus = draw.randint(1, 5)
    return {
        "because_family": "床位费",
        "because_los_days": stay["los_days"],
        "because_allowed": f"{stay['los_days']}.00",
        "because_days": f"{stay['los_days'] + surplus}.00",
        "because_surplus": f"{surplus}.00",
    }


def _outlier(stay: Row, draw: random.Random) -> Row:
    total = stay["medfee_sumamt"]
    return {
        "because_actual": f"{total:.2f}",
        "because_expected": f"{total / 2:.2f}",
        "because_low": f"{total * 2 / 5:.2f}",
        "because_high": f"{total * 7 / 10:.2f}",
        "because_drivers": ["西药费", "化验费"],
    }


def _ratio(stay: Row, draw: random.Random) -> Row:
    return {
        "because_paid_ratio": "0.8500",
        "because_policy_ratio": "0.7500",
        "because_difference": f"{stay['over']:.2f}",
    }


def _unfiled(stay: Row, draw: random.Random) -> Row:
    return {
        "because_insured_in": stay["insu_admdvs"],
        "because_treated_in": stay["treating_agency"],
        "because_admission": str(stay["begndate"]),
        "because_overpaid": f"{stay['over']:.2f}",
    }


def _expired(stay: Row, draw: random.Random) -> Row:
    until = stay["begndate"] - timedelta(days=draw.randint(3, 60))
    return {
        "because_admission": str(stay["begndate"]),
        "because_filed_from": str(until - timedelta(days=365)),
        "because_filed_until": str(until),
        "because_filed_for": stay["treating_agency"],
        "because_treated_in": stay["treating_agency"],
        "because_overpaid": f"{stay['over']:.2f}",
    }


SUPERVISION = "《医疗保障基金使用监督管理条例》"
MEASURES = "《四川省异地就医结算管理办法》"
KINDS: Mapping[str, Kind] = {
    "AD-01": Kind(
        "分解住院",
        "{because_first_discharge} 出院，{because_gap_days} 天后又因同一病种（{because_icd3}）入住同一医院。",
        "suspicious",
        3,
        "patient-episode",
        (f"{SUPERVISION}第三十八条（一）",),
        ("计划内的分期手术、放化疗、透析。",),
        ("核对两次住院的出院记录与入院记录。", "询问患者出院时是否自愿。"),
        _second_stay,
    ),
    "AD-06": Kind(
        "住院时间重叠",
        "在 {because_here} 与 {because_there} 的住院重叠 {because_nights} 夜。",
        "definite",
        3,
        "network",
        (f"{SUPERVISION}第四十条",),
        ("转院当日的交接。",),
        ("调取两家机构的护理记录和体温单。",),
        _overlap,
    ),
    "PL-11": Kind(
        "超限定单价收费",
        "“{because_item}”单价 {because_price} 元，高于 {because_region} 限价 {because_ceiling} 元。",
        "definite",
        2,
        "line",
        ("《四川省医疗服务项目价格》",),
        ("经批准的特需服务。",),
        ("核对收费当日的价格公示。",),
        _price,
        True,
    ),
    "PL-13": Kind(
        "项目限定频次",
        "“{because_item}”{because_period} 共计 {because_quantity}，允许 {because_allowed}。",
        "definite",
        2,
        "patient-episode",
        ("医疗服务项目价格计价说明",),
        ("跨零点的连续治疗。",),
        ("核对医嘱执行记录的时间。",),
        _times,
        True,
    ),
    "CH-04": Kind(
        "按日收费数量超住院天数",
        "住院 {because_los_days} 天，{because_family}计 {because_days} 天，最多 {because_allowed} 天。",
        "definite",
        2,
        "settlement",
        (f"{SUPERVISION}第三十八条（三）",),
        ("出院当日的半日床位按当地规定收取。",),
        ("核对床位医嘱。",),
        _days,
        True,
    ),
    "MD-11": Kind(
        "同病同级费用离群",
        "总费用 {because_actual} 元，同病同级预计 {because_expected} 元，区间 {because_low} 至 {because_high} 元。",
        "suspicious",
        2,
        "settlement",
        ("《医疗保障基金使用监督管理条例》第三十八条第（二）项",),
        ("合并多种重症，其他诊断未上传。",),
        ("审阅病历首页的其他诊断。",),
        _outlier,
    ),
    "ST-04": Kind(
        "支付比例执行错误",
        "统筹支付比例 {because_paid_ratio}，按参保地政策应为 {because_policy_ratio}。",
        "definite",
        3,
        "settlement",
        ("参保地待遇政策",),
        ("年中政策调整，结算日在新规之前。",),
        ("请参保地经办机构书面说明。",),
        _ratio,
    ),
    "XR-01": Kind(
        "未备案却按已备案待遇结算",
        "参保地 {because_insured_in}，入院时没有有效备案，基金多付 {because_overpaid} 元。",
        "definite",
        3,
        "settlement",
        (f"{MEASURES}第五条", f"{MEASURES}第十四条"),
        ("急诊抢救视同备案。",),
        ("查询国家平台备案记录。",),
        _unfiled,
    ),
    "XR-05": Kind(
        "备案未生效或过期",
        "{because_admission} 入院，备案 {because_filed_from} 至 {because_filed_until}。",
        "definite",
        2,
        "settlement",
        (f"{MEASURES}第四条",),
        ("住院期间备案到期不影响本次结算。",),
        ("核对备案的变更记录。",),
        _expired,
    ),
}
EXPOSURE_ONLY = frozenset({"MD-11"})
RULE_NAMES = {rule: kind.title_zh for rule, kind in KINDS.items()}
