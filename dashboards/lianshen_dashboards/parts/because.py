"""The numbers that made it a finding, with the words for them.

A name that is not here is shown as the rule wrote it, so that a new rule's numbers are never hidden.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dash import html

from lianshen.agency import CENTRE, agencies
from lianshen_dashboards.parts.common import Part

NAMES: dict[str, str] = {
    "account": "个人账户支付",
    "actual": "实际",
    "admission": "入院",
    "age_days": "年龄（日）",
    "age_years": "年龄（岁）",
    "allowed": "允许",
    "amount": "金额",
    "basis": "判断",
    "begin": "本次入院",
    "birth_date": "出生日期",
    "broken": "不平的关系",
    "care": "就诊类别",
    "cause": "原因",
    "ceiling": "限价",
    "code": "编码",
    "codes": "编码数",
    "copies": "出现次数",
    "copy": "第几次",
    "day": "日期",
    "days": "天数",
    "days_after": "死亡后天数",
    "days_off": "相差天数",
    "death": "死亡日期",
    "department": "科室",
    "diagnosis": "诊断",
    "difference": "差额",
    "drivers": "推高的类别",
    "end": "本次出院",
    "expected": "应为",
    "expected_fund": "应付基金",
    "family": "计费类别",
    "fee_date": "费用日期",
    "filed_for": "备案就医地",
    "filed_from": "备案自",
    "filed_until": "备案至",
    "filing": "备案编号",
    "filing_type": "备案类型",
    "filled_on": "取药日期",
    "fills": "取药次数",
    "first_days": "首次住院天数",
    "first_discharge": "首次出院",
    "form": "重复形式",
    "fund": "基金支付",
    "gap_days": "间隔天数",
    "generic": "通用名",
    "here": "本机构",
    "here_time": "本机构时间",
    "high": "区间上限",
    "hospital": "住院机构",
    "icd3": "病种",
    "identities": "核对关系",
    "in_scope": "计入范围",
    "inscp": "范围内金额",
    "institutions": "机构数",
    "insured_in": "参保地",
    "item": "项目",
    "limit": "限制",
    "listed": "目录状态",
    "los_days": "住院天数",
    "low": "区间下限",
    "max_days": "年龄上限（日）",
    "min_days": "年龄下限（日）",
    "nights": "重叠夜数",
    "on_hand": "手中余量（日）",
    "other_agency": "对方就医地",
    "other_begin": "对方入院",
    "other_end": "对方出院",
    "other_fund": "对方基金支付",
    "outside": "院外机构",
    "overcharge": "超出单价",
    "overlapping": "重叠取药",
    "overpaid": "基金多付",
    "paid": "实付",
    "paid_by_patient": "患者支付",
    "paid_fund": "实付基金",
    "paid_ratio": "实际比例",
    "peer_count": "同组例数",
    "peers": "对照组",
    "period": "期间",
    "point": "知识点",
    "policy": "政策包",
    "policy_ratio": "政策比例",
    "price": "单价",
    "problems": "问题",
    "quantity": "数量",
    "reasons": "偏离的类别",
    "recomputed": "复算说明",
    "region": "适用地区",
    "score": "偏离倍数",
    "second_days": "再次住院天数",
    "settled_on": "结算日期",
    "settlement_difference": "本次结算差额",
    "sex": "性别",
    "small_purchases": "小额购药次数",
    "stay_begin": "住院自",
    "stay_end": "住院至",
    "surplus": "超出",
    "surplus_amount": "超出金额",
    "there": "对方机构",
    "there_time": "对方时间",
    "time": "时间",
    "travel_minutes": "车程（分钟）",
    "treated_in": "就医地",
    "when": "备案状态",
    "window_days": "观察天数",
}
PLACES = frozenset({"filed_for", "insured_in", "other_agency", "region", "treated_in"})
"""Facts that are codes of regions: shown by name."""

WORDS: dict[str, str] = {
    "9999-12-31": "长期",
    "LONG_RETIREE": "异地安置退休",
    "LONG_RESIDENT": "异地长期居住",
    "LONG_STATIONED": "常驻异地工作",
    "REFERRAL": "异地转诊",
    "EMERGENCY": "异地急诊",
    "TEMPORARY_OTHER": "其他临时外出",
    "UNFILED": "未备案",
}

CODE = re.compile(r"\d{6}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d+)?")
# Only what has cents: a number without them may be a code or an id.
MONEY = re.compile(r"-?\d{4,}\.\d+")


def name_of(key: str, labels: Mapping[str, str] | None = None) -> str:
    """Return the words for a ``because_…`` name: the label that its rule gives it, else those known here."""
    if labels and key in labels:
        return labels[key]
    short = key.removeprefix("because_")
    return NAMES.get(short, short.replace("_", " "))


def place(code: str) -> str:
    """Return the name of a region's code, by its agency or its pool; another code stays as it is."""
    known = agencies()
    if code == CENTRE:
        return "全省"
    if code in known:
        return known[code].name_zh
    by_pool = {agency.pool: agency.name_zh for agency in known.values()}
    return f"{by_pool[code[:4]]} {code}" if code[:4] in by_pool else code


def value_of(key: str, value: Any) -> str:
    """Return a value as people read it: places by name, thousands grouped, lists in one line."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "；".join(value_of("", part) for part in value)
    text = WORDS.get(str(value), str(value))
    if key.removeprefix("because_") in PLACES and CODE.fullmatch(text):
        return place(text)
    if MOMENT.fullmatch(text):
        return text.replace("T", " ")[:16]
    if MONEY.fullmatch(text):
        whole, _, part = text.partition(".")
        return f"{int(whole):,}.{part}"
    return text


def sentence(finding: Mapping[str, Any]) -> str:
    """Return the sentence of a finding with the codes of regions replaced by their names."""
    said = str(finding["sentence_zh"])
    for key, value in finding["because"].items():
        if key.removeprefix("because_") in PLACES and CODE.fullmatch(str(value)):
            # Not within a longer number, which is an id.
            said = re.sub(rf"(?<!\d){value}(?!\d)", place(str(value)), said)
    return said


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(part, Mapping) for part in value)


def key_facts(because: Mapping[str, Any], most: int | None = None, labels: Mapping[str, str] | None = None) -> Part:
    """Return the numbers as a row of name and value; at most ``most`` of them, tables left out.

    ``labels`` are those that the finding was sealed with.
    """
    shown = {key: value for key, value in because.items() if not _is_table(value)}
    pairs = [(name_of(key, labels), value_of(key, value)) for key, value in shown.items()]
    if not pairs:
        return None
    return html.Dl([html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs[:most]], className="because")
