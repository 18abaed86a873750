"""What a person gives with an action, and whether it says enough."""

from __future__ import annotations

from dataclasses import dataclass

from lianshen.cases import domain
from lianshen.cases.errors import Refused


@dataclass(frozen=True)
class Given:
    """What a person gave with an action."""

    reason: str | None = None
    text: str = ""
    worth_checking: bool | None = None
    agency: str | None = None
    assignee: str | None = None


def said(action: str, rule: domain.Transition, given: Given) -> str | None:
    """Return what the event says, after checking that it says enough.

    :raises Refused: where a reason, a text or a conclusion is missing.
    """
    text = given.text
    if action == "drop":
        code = domain.DROPS.get(given.reason or "")
        if code is None:
            raise Refused(f"筛除原因 {given.reason!r} 无效；请选择：{'、'.join(domain.DROPS)}")
        if code.needs_text and not text:
            raise Refused("筛除原因为“其他”时须填写说明")
        return f"{code.label}：{text}" if text else code.label
    if action == "statement" and given.reason == domain.TIMEOUT:
        return f"逾期未申辩：{text}" if text else "逾期未申辩"
    if action == "submit" and len(text) < domain.MIN_CONCLUSION:
        raise Refused(f"核查结论至少 {domain.MIN_CONCLUSION} 个字，现为 {len(text)} 个字")
    if rule.needs_reason and not text:
        raise Refused(f"“{rule.label}”须填写说明")
    return text or None
