"""The words of casework: roles, states, the arrows between states, and the reasons that people give.

Codes are stored; the Chinese beside them is what is shown. The numbers behind the clocks are
:class:`lianshen.cases.store.Terms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["reviewer", "lead", "handler", "region_lead", "manager", "analyst", "sysadmin", "secadmin", "auditor"]
Decision = Literal["confirmed", "partial", "dismissed"]

ROLES: dict[str, str] = {
    "reviewer": "省级审核",
    "lead": "省级负责人",
    "handler": "市州经办",
    "region_lead": "市州负责人",
    "manager": "管理",
    "analyst": "分析",
    "sysadmin": "系统管理员",
    "secadmin": "安全管理员",
    "auditor": "审计员",
}
PROVINCIAL = frozenset({"reviewer", "lead", "analyst"})
"""Roles that see every case; a manager does too unless an agency is named."""
REGIONAL = frozenset({"handler", "region_lead"})
SEPARATED = frozenset({"sysadmin", "secadmin", "auditor"})
"""The three administrators, who exclude one another and see no case."""

STATES: dict[str, tuple[str, str]] = {
    "new": ("待复核", "slate"),
    "released": ("待签收", "indigo"),
    "misrouted": ("待改派", "slate"),
    "accepted": ("核查中", "amber"),
    "hearing": ("待机构申辩", "amber"),
    "evidence": ("待补证", "amber"),
    "submitted": ("待确认", "teal"),
    "returned": ("退回补充", "red"),
    "closed": ("已办结", "green"),
    "appealed": ("复议中", "amber"),
    "archived": ("已归档", "grey"),
    "dropped": ("已筛除", "grey"),
}
"""Each state with its Chinese name and the name of its colour."""
ON_THE_CLOCK = ("released", "accepted", "hearing", "returned", "appealed")
AT_THE_CENTRE_ONLY = ("new", "dropped")
"""States that no agency sees: not yet sent, or never sent."""
DECIDED = ("closed", "appealed", "archived")
"""States in which a decision stands and money may come back."""
DECISIONS: dict[str, str] = {"confirmed": "属实", "partial": "部分属实", "dismissed": "不属实"}
SEVERITIES: dict[int, str] = {3: "高", 2: "中", 1: "低"}
CERTAINTIES: dict[str, str] = {"definite": "明确违规", "suspicious": "可疑"}
ESCALATIONS: dict[int, str] = {0: "", 1: "临期", 2: "超期", 3: "已上报"}
OUTCOMES: dict[str, str] = {"upheld": "复议成立", "partly": "复议部分成立", "dismissed": "维持原认定"}
"""Of an institution's appeal; derived from what was determined before and after."""
WAYS: dict[str, str] = {
    "refusal": "拒付",
    "deduction": "扣款",
    "refund": "退回",
    "penalty": "违约金",
}
"""How money comes back; a penalty under the service agreement comes on top of what was determined."""

UNDO_SECONDS = 60
MIN_CONCLUSION = 20
MOST_APPEALS = 2
TIMEOUT = "timeout"
"""The reason of a statement that never came."""


@dataclass(frozen=True)
class Reason:
    """Why a line was found as it was, or a case dropped; ``holds`` says whether the suspicion was right."""

    label: str
    holds: bool
    needs_text: bool = False


DETERMINATIONS: dict[str, Reason] = {
    "violation": Reason("违规属实", holds=True),
    "settlement_error": Reason("结算差错，应予更正", holds=True),
    "partly": Reason("部分数量或金额违规", holds=True),
    "clinical": Reason("临床需要，有病历依据", holds=False),
    "policy": Reason("政策允许", holds=False),
    "data": Reason("数据错误，实际无违规", holds=False),
    "handled": Reason("已在其他渠道处理", holds=False),
    "other": Reason("其他（须说明）", holds=False, needs_text=True),
}
DROPS: dict[str, Reason] = {
    "edge": Reason("阈值边缘，证据不足", holds=False),
    "explained": Reason("病历或政策可解释", holds=False),
    "data": Reason("数据问题", holds=False),
    "duplicate": Reason("与其他案件重复", holds=False),
    "small": Reason("金额过小", holds=False),
    "other": Reason("其他（须说明）", holds=False, needs_text=True),
}


@dataclass(frozen=True)
class Transition:
    """One arrow: from any of ``sources`` to ``to`` (None: the state stays), for ``roles``.

    ``is_agency_work``: only by the agency that handles the case; ``is_own_work``: of that agency only by whom the
    case is assigned to, or a lead. ``needs_reason``: a text is asked for.
    """

    label: str
    sources: tuple[str, ...]
    to: str | None
    roles: frozenset[str]
    is_agency_work: bool = False
    is_own_work: bool = False
    needs_reason: bool = False


_CENTRE = frozenset({"reviewer", "lead"})
_LEAD = frozenset({"lead"})
_AGENCY_LEAD = frozenset({"region_lead", "lead"})
_HELD = ("accepted", "returned", "hearing", "evidence")


def _own(label: str, sources: tuple[str, ...], to: str, *, needs_reason: bool = True) -> Transition:
    return Transition(label, sources, to, REGIONAL, is_agency_work=True, is_own_work=True, needs_reason=needs_reason)


TRANSITIONS: dict[str, Transition] = {
    "release": Transition("下发", ("new",), "released", _CENTRE),
    "drop": Transition("筛除", ("new",), "dropped", _CENTRE, needs_reason=True),
    "undo": Transition("撤销", ("released", "dropped"), "new", _CENTRE),
    "withdraw": Transition("撤回", ("released", "misrouted"), "new", _LEAD, needs_reason=True),
    "restore": Transition("恢复", ("dropped",), "new", _LEAD, needs_reason=True),
    "transfer": Transition("改派", ("released", "misrouted"), "released", _LEAD, needs_reason=True),
    "accept": Transition("签收", ("released",), "accepted", REGIONAL, is_agency_work=True),
    "reject_scope": Transition(
        "非本辖区", ("released",), "misrouted", REGIONAL, is_agency_work=True, needs_reason=True
    ),
    "assign": Transition("指派", (*_HELD, "appealed"), None, _AGENCY_LEAD, is_agency_work=True),
    "ask_institution": _own("请机构申辩", ("accepted", "returned"), "hearing"),
    "statement": _own("录入申辩", ("hearing",), "accepted"),
    "ask_evidence": _own("请求补证", ("accepted", "returned"), "evidence"),
    "provide": Transition("提供证据", ("evidence",), "accepted", _CENTRE | REGIONAL, needs_reason=True),
    "submit": _own("提交", ("accepted", "returned", "appealed"), "submitted"),
    "confirm": Transition("确认办结", ("submitted",), "closed", _CENTRE),
    "return": Transition("退回", ("submitted",), "returned", _CENTRE, needs_reason=True),
    "ask_extension": Transition("申请延期", _HELD, None, _AGENCY_LEAD, is_agency_work=True, needs_reason=True),
    "grant_extension": Transition("同意延期", _HELD, None, _CENTRE),
    "refuse_extension": Transition("不同意延期", _HELD, None, _CENTRE, needs_reason=True),
    # An archive does not shorten the term: a file that was put away is taken out again.
    "appeal": _own("受理复议", ("closed", "archived"), "appealed"),
    "archive": _own("归档", ("closed",), "archived", needs_reason=False),
    "reopen": Transition("重新核查", ("closed", "archived"), "accepted", _LEAD, needs_reason=True),
}
UNDOABLE = frozenset({"release", "drop"})
"""What its author takes back within a minute without giving a reason."""
BULK_ACTIONS = frozenset({"release", "drop", "undo", "withdraw", "accept", "confirm", "archive"})
"""What may be done to many cases at once: nothing that needs a conclusion of its own."""
