"""A casebook for the pages' tests: synthetic findings assembled by the real assembly, moved by the real services."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dashboards.kinds import KINDS
from dashboards.synthetic import fill, warehouse

from lianshen.agency import agencies
from lianshen.cases import services
from lianshen.cases.assembly import assemble
from lianshen.cases.domain import Principal
from lianshen.cases.filters import CaseFilter
from lianshen.cases.store import Casebook, mark_demo, open_casebook

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
PASSWORD = "pages-are-tested"
ACCOUNTS = (
    ("shenhe", "周审核", "reviewer", None),
    ("shenhe2", "吴审核", "reviewer", None),
    ("fuze", "郑负责", "lead", None),
    ("mianyang", "绵阳经办", "handler", "510700"),
    ("chengdu", "成都经办", "handler", "510100"),
    ("mianyang2", "绵阳负责人", "region_lead", "510700"),
    ("fucheng", "涪城经办", "handler", "510703"),
    ("bazhong", "巴中经办", "handler", "511900"),
    ("guanli", "管理员甲", "manager", None),
    ("fenxi", "分析员甲", "analyst", None),
    ("xitong", "系统管理员甲", "sysadmin", None),
    ("anquan", "安全管理员甲", "secadmin", None),
    ("shenji", "审计员甲", "auditor", None),
)
SEES_INSURED = frozenset({"bazhong"})
"""Who also reads what became of their own insured persons' cases elsewhere."""
REVIEWER = Principal(1, "shenhe", "周审核", "reviewer")
LEAD = Principal(3, "fuze", "郑负责", "lead")
STATES = (
    "new",
    "released",
    "accepted",
    "submitted",
    "returned",
    "closed",
    "dropped",
    "new",
    "hearing",
    "archived",
    "evidence",
    "appealed",
    "misrouted",
    "released",
    "submitted",
    "new",
    "accepted",
    "closed",
    "new",
    "released",
    "new",
    "dropped",
)
"""Taken in turn by each agency's cases, of high severity and of others apart."""
SUBMITTED = ("release", "accept", "submit")
STEPS = {
    "new": (),
    "released": ("release",),
    "misrouted": ("release", "reject_scope"),
    "accepted": ("release", "accept"),
    "hearing": ("release", "accept", "ask_institution"),
    "evidence": ("release", "accept", "ask_evidence"),
    "submitted": SUBMITTED,
    "returned": (*SUBMITTED, "return"),
    "closed": (*SUBMITTED, "confirm"),
    "appealed": (*SUBMITTED, "confirm", "appeal"),
    "archived": (*SUBMITTED, "confirm", "archive"),
}
CENTRES = ("release", "return", "confirm")
SAID = {
    "reject_scope": "该机构的协议由绵阳以外的经办机构管理。",
    "ask_institution": "请机构书面说明，并附病历首页。",
    "ask_evidence": "请提供国家平台的备案记录。",
    "return": "请补充机构的书面说明。",
    "appeal": "机构认为收费符合项目内涵，申请复议。",
    "archive": "款项已全部追回。",
}
CONCLUSION = "调取病历与收费清单逐项核对，情况与疑点描述一致，机构书面认可。"


def seed(path: Path, stays: int = 189) -> Casebook:
    """Return a casebook at ``path`` with accounts and cases in every state, as it stands at ``NOW``."""
    engine = open_casebook(f"sqlite:///{path}")
    mark_demo(engine)
    clock = [NOW - timedelta(days=50)]
    book = Casebook(engine, now=lambda: clock[0])
    for login, name, role, agency in ACCOUNTS:
        services.add_user(
            services.OPERATOR, book, login, name, role, agency, PASSWORD, sees_insured=login in SEES_INSURED
        )
    con = warehouse()
    fill(con, stays)
    assemble(con, engine, texts=KINDS, now=book.now)
    draw = random.Random(7)
    every = services.list_cases(LEAD, book, CaseFilter(), 0, 500, sort="case_no")["items"]
    turns: Counter[tuple[str, bool]] = Counter()
    for case in every:
        kind = (case["treating_agency"], case["severity"] == 3)
        state = STATES[turns[kind] % len(STATES)]
        turns[kind] += 1
        clock[0] = NOW - timedelta(days=draw.choice((1, 2, 9, 26, 45)), hours=draw.randint(0, 5))
        walk(book, clock, case["case_no"], state, draw)
    # The clock runs on from the day of the cases: minutes pass, and deadlines stay where they were put.
    behind = datetime.now(UTC) - NOW
    return Casebook(engine, now=lambda: datetime.now(UTC) - behind)


def walk(book: Casebook, clock: list[datetime], case_no: str, state: str, draw: random.Random) -> None:
    """Take a new case to a state the way people do."""
    case = services.get_case(LEAD, book, case_no)
    if state == "dropped":
        services.transition(
            LEAD, book, case_no, "drop", case["version"], reason=draw.choice(("edge", "explained", "data"))
        )
        return
    agency = case["treating_agency"]
    leader = Principal(9, f"fuze{agency}", f"{agencies()[agency].name_zh}负责人", "region_lead", agency)
    for action in STEPS[state]:
        if action == "submit":
            how, reason = draw.choice((("full", "violation"), ("full", "violation"), ("none", "clinical")))
            if state in ("appealed", "archived"):
                how, reason = "full", "violation"
            services.determine_rest(leader, book, case_no, how, reason)
        if action == "archive":
            owed, day = case["determined"], clock[0].date()
            services.record_recovery(
                leader, book, case_no, owed, "deduction", f"KK{case_no[-6:]}", day, case["version"], cycle="2026-11"
            )
            case["version"] += 1
        case = services.transition(
            REVIEWER if action in CENTRES else leader,
            book,
            case_no,
            action,
            case["version"],
            text=SAID.get(action, CONCLUSION if action == "submit" else ""),
            worth_checking=True,
        )
        clock[0] += timedelta(hours=7)
