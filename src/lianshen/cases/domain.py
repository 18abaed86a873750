"""Who may do what to a case, and what becomes of it. Pure: no tables, no clock, no web.

A state is where a case is in its way; an action is the only way from one to the next. Who may take an
action depends on the role and on the agency that handles the case; the centre itself handles what was
treated in other provinces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from lianshen.agency import CENTRE

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
    "accepted": ("核查中", "amber"),
    "submitted": ("待确认", "teal"),
    "returned": ("退回补充", "red"),
    "closed": ("已办结", "green"),
    "dropped": ("已筛除", "grey"),
}
"""Each state with its Chinese name and the name of its colour."""
ON_THE_CLOCK = ("released", "accepted", "returned")
AT_THE_CENTRE_ONLY = ("new", "dropped")
"""States that no agency sees: not yet sent, or never sent."""
DECISIONS: dict[str, str] = {"confirmed": "属实", "partial": "部分属实", "dismissed": "不属实"}
SEVERITIES: dict[int, str] = {3: "高", 2: "中", 1: "低"}
CERTAINTIES: dict[str, str] = {"definite": "明确违规", "suspicious": "可疑"}

UNDO_SECONDS = 60
MIN_CONCLUSION = 20


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
class Principal:
    """Who is asking: loaded for each request, never kept. ``agency`` is None for the whole province."""

    user_id: int
    login: str
    name: str
    role: Role
    agency: str | None = None
    csrf: str = ""
    ip: str = ""

    @property
    def role_name(self) -> str:
        return ROLES[self.role]

    @property
    def sees_province(self) -> bool:
        return self.role in PROVINCIAL or (self.role == "manager" and self.agency is None)

    @property
    def sees_cases(self) -> bool:
        return self.role not in SEPARATED


class Subject(Protocol):
    """What :func:`allowed` has to know of a case."""

    @property
    def state(self) -> str: ...
    @property
    def treating_agency(self) -> str: ...
    @property
    def severity(self) -> int: ...
    @property
    def assignee(self) -> str | None: ...
    @property
    def moved_by(self) -> str | None: ...


@dataclass(frozen=True)
class Situation:
    """A :class:`Subject` from plain values, for callers that hold a row."""

    state: str
    treating_agency: str
    severity: int = 1
    assignee: str | None = None
    moved_by: str | None = None


@dataclass(frozen=True)
class Transition:
    """One arrow of the state machine: from any of ``sources`` to ``to``, for ``roles``."""

    label: str
    sources: tuple[str, ...]
    to: str
    roles: frozenset[str]
    is_agency_work: bool = False
    needs_reason: bool = False


def _roles(*names: str) -> frozenset[str]:
    return frozenset(names)


TRANSITIONS: dict[str, Transition] = {
    "release": Transition("下发", ("new",), "released", _roles("reviewer", "lead")),
    "drop": Transition("筛除", ("new",), "dropped", _roles("reviewer", "lead"), needs_reason=True),
    "undo": Transition("撤销", ("released", "dropped"), "new", _roles("reviewer", "lead")),
    "withdraw": Transition("撤回", ("released",), "new", _roles("lead"), needs_reason=True),
    "restore": Transition("恢复", ("dropped",), "new", _roles("lead"), needs_reason=True),
    "accept": Transition("签收", ("released",), "accepted", _roles("handler", "region_lead"), is_agency_work=True),
    "submit": Transition(
        "提交",
        ("accepted", "returned"),
        "submitted",
        _roles("handler", "region_lead"),
        is_agency_work=True,
        needs_reason=True,
    ),
    "confirm": Transition("确认办结", ("submitted",), "closed", _roles("reviewer", "lead")),
    "return": Transition("退回", ("submitted",), "returned", _roles("reviewer", "lead"), needs_reason=True),
}
BULK_ACTIONS = frozenset({"release", "drop", "undo", "withdraw", "accept", "confirm"})
"""What may be done to many cases at once: nothing that needs a conclusion of its own."""


def works_for(p: Principal, treating_agency: str) -> bool:
    """Return whether the principal handles cases of this agency; the centre handles those of other provinces."""
    if treating_agency == CENTRE:
        return p.role in ("reviewer", "lead")
    return p.role in REGIONAL and p.agency == treating_agency


def in_scope(p: Principal, case: Subject) -> bool:
    """Return whether the principal may know that the case exists."""
    if p.sees_province:
        return True
    return p.sees_cases and case.treating_agency == p.agency and case.state not in AT_THE_CENTRE_ONLY


def allowed(p: Principal, action: str, case: Subject) -> bool:
    """Return whether the principal may take the action on the case as it stands; an unknown action is not allowed."""
    rule = TRANSITIONS.get(action)
    if rule is None or case.state not in rule.sources or not in_scope(p, case):
        return False
    if rule.is_agency_work:
        if not works_for(p, case.treating_agency):
            return False
        return action != "submit" or p.role in ("region_lead", "lead") or case.assignee == p.login
    if p.role not in rule.roles:
        return False
    if action == "drop":
        return case.severity < 3 or p.role == "lead"
    if action == "undo":
        return case.moved_by == p.login
    if action == "confirm":
        # Nobody closes what they submitted themselves; it can only happen where the centre is the handler.
        return case.assignee != p.login and case.moved_by != p.login
    return True


def actions_for(p: Principal, case: Subject) -> list[str]:
    """Return the actions that the principal may take now, in the order of a case's life."""
    return [action for action in TRANSITIONS if allowed(p, action, case)]


def may_determine(p: Principal, case: Subject) -> bool:
    """Return whether the principal may enter amounts on the lines of the case."""
    if case.state not in TRANSITIONS["submit"].sources or not works_for(p, case.treating_agency):
        return False
    return p.role in ("region_lead", "lead") or case.assignee == p.login


@dataclass(frozen=True)
class Determined:
    """One line for the derivation: what it could come to, and what was found; fen, signed."""

    limit: int
    amount: int | None
    holds: bool | None


def derive_decision(lines: Iterable[Determined]) -> Decision | None:
    """Return the decision that the determinations amount to, or None while lines are open.

    Lines that carry no money decide only where no line of the case carries any.
    """
    every = list(lines)
    weighed = [line for line in every if line.limit != 0] or every
    if not weighed or any(line.amount is None for line in weighed):
        return None
    if all(line.amount == line.limit and line.holds for line in weighed):
        return "confirmed"
    if not any(line.holds for line in weighed):
        return "dismissed"
    return "partial"


def within_limit(amount: int, limit: int) -> bool:
    """Return whether an amount lies between nothing and the limit, on the limit's side of zero."""
    return min(0, limit) <= amount <= max(0, limit)


def person_label(person: str) -> str:
    """Return how a person is shown: a pseudonym, never a name or number.

    The warehouse falls back to the personal number where it knows no other identity; that is not shown.
    """
    shown = hashlib.sha256(person.encode()).hexdigest() if person.isdigit() else person
    return f"参保人 {shown[:8].upper()}"
