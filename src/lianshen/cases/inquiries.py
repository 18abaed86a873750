"""What agencies ask each other and what a person objects to: kinds, states, and who may do what. Pure.

A *query* goes from the agency that handles a case to the region that insures the person, which answers and never
closes the case (H5). An *entrusted* investigation goes the other way, from the insured region to the one that
treated, about a settlement. An *objection* (Art. 19) is a person's, taken in and decided by the insured region.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from lianshen.agency import CENTRE, agencies
from lianshen.cases.domain import Principal, is_county
from lianshen.cases.vocabulary import REGIONAL

Kind = Literal["query", "entrusted", "objection"]
Side = Literal["asker", "answerer"]

KINDS: dict[str, str] = {"query": "参保地核实", "entrusted": "委托协查", "objection": "参保人异议"}
PREFIXES: dict[str, str] = {"query": "HS", "entrusted": "XC", "objection": "YY"}
"""How the number of each kind begins."""
STATES: dict[str, tuple[str, str]] = {
    "sent": ("待签收", "indigo"),
    "received": ("待受理", "indigo"),
    "accepted": ("办理中", "amber"),
    "explained": ("已解释", "amber"),
    "recalculated": ("已重算", "amber"),
    "answered": ("已答复", "teal"),
    "decided": ("已决定", "teal"),
    "closed": ("已办结", "green"),
    "refused": ("不予受理", "grey"),
    "declined": ("已退回", "red"),
    "withdrawn": ("已撤回", "grey"),
}
"""Each state with its Chinese name and the name of its colour."""
ON_THE_CLOCK = ("sent", "received", "accepted", "explained", "recalculated")
OVER = ("closed", "refused", "declined", "withdrawn")
TOPICS: dict[str, dict[str, str]] = {
    "query": {
        "filing": "异地就医备案",
        "entitlement": "参保与待遇资格",
        "death": "死亡或身份",
        "double_payment": "重复报销",
        "benefit_rule": "待遇政策",
        "other": "其他",
    },
    "entrusted": {
        "stay": "住院是否真实",
        "charges": "费用与收费",
        "treatment": "诊疗是否合理",
        "records": "调取病历资料",
        "other": "其他",
    },
    "objection": {
        "amount": "报销金额",
        "deductible": "起付线或支付比例",
        "filing": "备案认定",
        "catalogue": "目录外与先行自付",
        "not_mine": "非本人就医",
        "other": "其他",
    },
}
OUTCOMES: dict[str, dict[str, str]] = {
    "query": {"confirms": "情况属实", "denies": "情况不属实", "unclear": "无法核实"},
    "entrusted": {
        "genuine": "与结算一致",
        "partly": "部分不一致",
        "not_genuine": "与结算不一致",
        "unclear": "无法核实",
    },
    "objection": {"upheld": "异议成立", "partly": "异议部分成立", "dismissed": "异议不成立"},
}
MIN_ANSWER = 10
"""Characters that an answer, an explanation or a decision has at least."""
CENTRE_ROLES = frozenset({"reviewer", "lead"})


@dataclass(frozen=True)
class Step:
    """One arrow: from any of ``sources`` to ``to`` (None: the state stays), by one side.

    ``needs_text``: a text is asked for; ``is_answer``: one of at least :data:`MIN_ANSWER` characters.
    ``outcomes`` are those that the step may give, one of which it then has to.
    """

    label: str
    sources: tuple[str, ...]
    to: str | None
    side: Side
    needs_text: bool = False
    is_answer: bool = False
    outcomes: Mapping[str, str] = field(default_factory=dict)


def _asked(kind: str, answerable: tuple[str, ...]) -> dict[str, Step]:
    return {
        "accept": Step("签收", ("sent",), "accepted", "answerer"),
        "decline": Step("退回", ("sent", "accepted"), "declined", "answerer", needs_text=True),
        "answer": Step("答复", answerable, "answered", "answerer", True, True, OUTCOMES[kind]),
        "prolong": Step("同意延期", ("sent", "accepted"), None, "asker", needs_text=True),
        "ask_again": Step("要求补充", ("answered",), "accepted", "asker", needs_text=True),
        "withdraw": Step("撤回", ("sent", "accepted"), "withdrawn", "asker", needs_text=True),
        "close": Step("办结", ("answered",), "closed", "asker"),
    }


_OBJECTION = OUTCOMES["objection"]
STEPS: dict[str, dict[str, Step]] = {
    "query": _asked("query", ("sent", "accepted")),
    # What takes a visit to the hospital is taken up first, so that the asker knows that somebody is on it.
    "entrusted": _asked("entrusted", ("accepted",)),
    "objection": {
        "accept": Step("受理", ("received",), "accepted", "answerer"),
        "refuse": Step("不予受理", ("received",), "refused", "answerer", True, True),
        "explain": Step("解释说明", ("accepted", "explained"), "explained", "answerer", True, True),
        "recalculate": Step("登记重算", ("explained", "recalculated"), "recalculated", "answerer", True),
        "uphold": Step(
            "认定成立", ("recalculated",), "decided", "answerer", True, True,
            {code: _OBJECTION[code] for code in ("upheld", "partly")},
        ),
        "dismiss": Step(
            "认定不成立", ("explained", "recalculated"), "decided", "answerer", True, True,
            {"dismissed": _OBJECTION["dismissed"]},
        ),
        "withdraw": Step(
            "参保人撤回", ("received", "accepted", "explained", "recalculated"), "withdrawn", "answerer", True
        ),
        "close": Step("办结", ("decided",), "closed", "answerer"),
    },
}  # fmt: skip
"""Of each kind its steps, in the order of its life."""


class Subject(Protocol):
    """What :func:`allowed` has to know of an inquiry."""

    @property
    def kind(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def from_agency(self) -> str: ...
    @property
    def to_agency(self) -> str: ...


@dataclass(frozen=True)
class Situation:
    """A :class:`Subject` from plain values."""

    kind: str
    state: str
    from_agency: str
    to_agency: str


def desk_of(p: Principal) -> str | None:
    """Return the agency in whose name the principal asks and answers, or None for who does neither."""
    if p.role in CENTRE_ROLES:
        return CENTRE
    return p.agency if p.role in REGIONAL else None


def stands_for(desk: str, agency: str) -> bool:
    """Return whether a desk speaks for an agency: for itself, and a city for the counties below it."""
    return desk == agency or (is_county(agency) and not is_county(desk) and desk[:4] == agency[:4])


def may_know(p: Principal, inquiry: Subject) -> bool:
    """Return whether the principal may know that the inquiry exists: its two agencies and the centre."""
    if knows_all(p):
        return True
    if p.agency is None or not (p.role in REGIONAL or p.role == "manager"):
        return False
    return stands_for(p.agency, inquiry.from_agency) or stands_for(p.agency, inquiry.to_agency)


def knows_all(p: Principal) -> bool:
    """Return whether the principal may know of every inquiry; an analyst works with pseudonyms and reads no letters."""
    return p.role in CENTRE_ROLES or (p.role == "manager" and p.agency is None)


def allowed(p: Principal, action: str, inquiry: Subject) -> bool:
    """Return whether the principal may take the step on the inquiry as it stands; an unknown step is not allowed."""
    step = STEPS[inquiry.kind].get(action)
    if step is None or inquiry.state not in step.sources or not may_know(p, inquiry):
        return False
    desk = desk_of(p)
    return desk is not None and stands_for(desk, inquiry.from_agency if step.side == "asker" else inquiry.to_agency)


def actions_for(p: Principal, inquiry: Subject) -> list[str]:
    """Return the steps that the principal may take now, in the order of the inquiry's life."""
    return [action for action in STEPS[inquiry.kind] if allowed(p, action, inquiry)]


def may_attach(p: Principal, inquiry: Subject) -> bool:
    """Return whether the principal works at one of its sides and the inquiry is not over."""
    desk = desk_of(p)
    if desk is None or inquiry.state in OVER:
        return False
    return stands_for(desk, inquiry.from_agency) or stands_for(desk, inquiry.to_agency)


def insured_agency(pool: str) -> str:
    """Return the agency that insures a pool's persons; the centre is the door to those of other provinces."""
    return next((agency.code for agency in agencies().values() if agency.pool == pool), CENTRE)


def insures(p: Principal, pool: str) -> bool:
    """Return whether the principal acts for the region that insures the pool's persons."""
    desk = desk_of(p)
    if desk is None:
        return False
    return insured_agency(pool) == CENTRE if desk == CENTRE else desk[:4] == pool


def step_name(action: str) -> str | None:
    """Return what an event of an inquiry is called, or None for an event of something else."""
    kind, _, step = action.partition(".")
    if kind not in KINDS:
        return None
    if step == "ask":
        return f"{'登记' if kind == 'objection' else '发出'}{KINDS[kind]}"
    if step == "remind":
        return f"{KINDS[kind]}：期限提醒"
    return f"{KINDS[kind]}：{STEPS[kind][step].label}" if step in STEPS[kind] else action
