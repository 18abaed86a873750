"""The words of statements and of the command line, in Chinese."""

from __future__ import annotations

from lianshen.clearing.forecast import Forecast

LINES = {"GREEN": "绿", "YELLOW": "黄", "RED": "红", "OVERDRAWN": "超用"}

STATES = {
    "ALLOCATED": "已核定",
    "FUNDED": "已到账",
    "IN_USE": "使用中",
    "YELLOW": "黄色预警",
    "RED": "红色预警",
    "TOPUP_REQUESTED": "已申请补充",
    "REPLENISHED": "已补充",
    "YEAR_END_SETTLED": "年终已清算",
}

BASES = {
    "LAST_YEAR": "上年月均",
    "PART_OF_LAST_YEAR": "上年{counted}个月月均",
    "THIS_YEAR": "本年{counted}个整月月均（无上年数据）",
    "DAYS": "{counted}天折算（无整月数据）",
    "NONE": "无数据",
}

ACCOUNTS = {
    "DEPOSIT": "专户存款",
    "RECEIVABLE": "应收参保地",
    "PAYABLE": "应付就医地",
    "PRINCIPAL": "期初本金",
    "REPLENISHMENT": "补充拨入",
    "INTEREST": "利息",
    "ADJUSTMENT": "调整",
    "DEDUCTION": "扣款返还",
}

STAGES = {
    "POSTPONED": "已过申报日",
    "OVERDUE": "已过延期日",
    "PAST_YEAR_END": "已过年终清算日",
}


def runs_dry(found: Forecast) -> str:
    """Return a forecast in words."""
    if found.state == "NOT_ENOUGH_HISTORY":
        return f"历史不足（{found.days_used}天）"
    if found.dry_on is None:
        return "两年内不会用尽" if found.earliest is None else f"两年内未必用尽，最早 {found.earliest}"
    return f"{found.dry_on}（{found.earliest} 至 {found.latest or '两年以后'}）"
