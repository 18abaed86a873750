"""Chinese words for what peers are grouped by: the same on every page, whichever model says them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lianshen.anomaly.spec import Text

LEVELS: Mapping[str, str] = {
    "TERTIARY": "三级医院",
    "SECONDARY": "二级医院",
    "PRIMARY": "一级医院",
    "UNGRADED": "未定级机构",
    "DRUGSTORE": "药店",
}
CARES: Mapping[str, str] = {
    "IPT": "住院",
    "OTP": "门诊",
    "ER": "急诊",
    "OPSP": "门诊慢特病",
    "RX": "购药",
    "MAT": "生育",
    "OTHER": "其他就医",
}
SCOPES: Mapping[str, str] = {"LOCAL": "本地参保", "IN_PROV": "省内异地", "CROSS_PROV": "跨省异地"}
KINDS: Mapping[str, str] = {"GENERAL": "综合", "SPECIALISED": "专科", "TRADITIONAL": "中医", "DRUGSTORE": "零售"}
TIERS: Mapping[str, str] = {"CAPITAL": "省会", "CITY": "地级市", "PREFECTURE": "自治州", "ELSEWHERE": "省外"}
CHAPTERS: Mapping[str, str] = {
    "A": "传染病和寄生虫病",
    "C": "肿瘤",
    "D": "血液和免疫疾病",
    "E": "内分泌和代谢疾病",
    "F": "精神和行为障碍",
    "G": "神经系统疾病",
    "H": "眼病",
    "H6": "耳病",
    "I": "循环系统疾病",
    "J": "呼吸系统疾病",
    "K": "消化系统疾病",
    "L": "皮肤疾病",
    "M": "肌肉骨骼疾病",
    "N": "泌尿生殖系统疾病",
    "O": "妊娠和分娩",
    "P": "围生期情况",
    "Q": "先天畸形",
    "R": "症状和体征",
    "S": "损伤和中毒",
    "U": "特殊用途编码",
    "V": "损伤的外因",
    "W": "损伤的外因",
    "X": "损伤的外因",
    "Y": "损伤的外因",
    "Z": "保健服务",
}
"""Chapters of ICD-10 as ``sql/features`` names them."""

CATEGORIES: Mapping[str, str] = {
    "western": "西药费",
    "patent": "中成药费",
    "herbal": "中药饮片费",
    "material": "材料费",
    "laboratory": "化验费",
    "examination": "检查费",
    "treatment": "治疗费",
    "surgery": "手术费",
    "nursing": "护理费",
    "bed": "床位费",
    "consultation": "诊察费",
    "other": "其他费用",
}
"""Charge categories of ``profile.bill``."""

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

_WORDS: Mapping[str, Mapping[str, str]] = {
    "level": LEVELS, "care": CARES, "scope": SCOPES, "kind": KINDS, "tier": TIERS, "chapter": CHAPTERS,
}  # fmt: skip
EVERYONE = "全部机构"


def peers_zh(group: str, everyone: str = EVERYONE) -> str:
    """Return a group's name in Chinese: ``level=TERTIARY, tier=CITY`` is 三级医院、地级市.

    Names are those of :mod:`lianshen.anomaly.groups`. A column without words is shown by its value; ``everyone`` stands
    for the group of all rows.
    """
    if "=" not in group:
        return everyone
    parts = (part.split("=", 1) for part in group.split(", "))
    said = [_WORDS.get(column, {}).get(value, value) for column, value in parts if value]
    return "、".join(dict.fromkeys(said))


def peers_of(groups: Text, everyone: str = EVERYONE) -> Text:
    """Return :func:`peers_zh` of each group."""
    said = {group: peers_zh(group, everyone) for group in set(groups.tolist())}
    return np.array([said[group] for group in groups], dtype=object)
