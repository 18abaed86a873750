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
    ("guanli", "管理员甲", "manager", None),
    ("xitong", "系统管理员甲", "sysadmin", None),
)
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
    "new",
    "released",
    "submitted",
    "dropped",
    "accepted",
    "closed",
    "new",
    "released",
    "new",
    "new",
)
"""Taken in turn by each agency's cases, of high severity and of others apart."""
STEPS = {"new": 0, "released": 1, "accepted": 2, "submitted": 3, "returned": 4, "closed": 4}
CONCLUSION = "调取病历与收费清单逐项核对，情况与疑点描述一致，机构书面认可。"


def seed(path: Path, stays: int = 189) -> Casebook:
    """Return a casebook at ``path`` with accounts and cases in every state, as it stands at ``NOW``."""
    engine = open_casebook(f"sqlite:///{path}")
    mark_demo(engine)
    clock = [NOW - timedelta(days=50)]
    book = Casebook(engine, now=lambda: clock[0])
    for login, name, role, agency in ACCOUNTS:
        services.add_user(services.OPERATOR, book, login, name, role, agency, PASSWORD)
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
    last = "return" if state == "returned" else "confirm"
    for offset, action in enumerate(("release", "accept", "submit", last)[: STEPS[state]]):
        if action == "submit":
            how, reason = draw.choice((("full", "violation"), ("full", "violation"), ("none", "clinical")))
            services.determine_rest(leader, book, case_no, how, reason)
        services.transition(
            leader if action in ("accept", "submit") else REVIEWER,
            book,
            case_no,
            action,
            case["version"] + offset,
            text={"submit": CONCLUSION, "return": "请补充机构的书面说明。"}.get(action, ""),
            worth_checking=True,
        )
        clock[0] += timedelta(hours=7)
