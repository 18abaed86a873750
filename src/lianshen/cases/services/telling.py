"""Who is told of what happened: a notice for the agency or person it concerns, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.agency import CENTRE, agencies
from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.events import Event
from lianshen.cases.services.outbox import tell_systems
from lianshen.cases.store import Casebook

TOLD: Mapping[str, tuple[str, str]] = {
    "release": ("agency", "新案件待签收"),
    "transfer": ("agency", "改派来的案件待签收"),
    "reject_scope": ("centre", "经办机构认为非本辖区，待改派"),
    "withdraw": ("agency", "案件已撤回"),
    "assign": ("assignee", "案件已指派给您"),
    "return": ("assignee", "案件退回补充"),
    "submit": ("centre", "案件待确认"),
    "ask_extension": ("centre", "申请延期"),
    "grant_extension": ("assignee", "延期已同意"),
    "refuse_extension": ("assignee", "延期未同意"),
    "provide": ("assignee", "证据已提供"),
    "confirm": ("assignee", "案件已办结"),
    "appeal": ("centre", "机构申请复议"),
    "reopen": ("assignee", "案件重新核查"),
}
INFORMED = {"release": "本地参保人的异地就医结算列为疑点", "confirm": "本地参保人的异地就医疑点已办结"}
"""What the insured region is told of (Art. 12): it answers queries and closes nothing."""


def staffed(con: Connection) -> frozenset[str]:
    """Return the agencies that somebody works at."""
    u = t.users.c
    return frozenset(code for code in con.scalars(sa.select(u.agency).where(u.is_active).distinct()) if code)


def desk_of(case: Mapping[str, Any], staffed_ones: Collection[str]) -> str:
    """Return who is told of a case: the county that holds the agreement where somebody works there, else its city."""
    county: str = case["county"]
    return county if county in staffed_ones else case["treating_agency"]


def tell(con: Connection, book: Casebook, case: Mapping[str, Any], event: Event) -> None:
    """Write the notices of a transition; of a case that was taken back nobody has to read that it came."""
    tell_systems(con, book, case, event)
    if event.action in ("undo", "withdraw"):
        n = t.notice.c
        sent = (n.case_no == case["case_no"], n.kind.in_(("release", "transfer")), n.read_at.is_(None))
        con.execute(t.notice.delete().where(*sent))
    notices = []
    if event.action in TOLD:
        whom, text = TOLD[event.action]
        agency = CENTRE if whom == "centre" else desk_of(case, staffed(con) if case["county"] else frozenset())
        notices.append((agency, case["assignee"] if whom == "assignee" else None, text))
    if event.action == "ask_evidence":
        notices.append(((event.detail or {}).get("asked", CENTRE), None, "请求补证"))
    insured = next((agency.code for agency in agencies().values() if agency.pool == case["insu_pool"]), None)
    if event.action in INFORMED and insured and insured != case["treating_agency"]:
        notices.append((insured, None, INFORMED[event.action]))
    if notices:
        con.execute(
            t.notice.insert(),
            [
                {"at": book.now(), "agency": agency, "login": login, "kind": event.action, "case_no": case["case_no"],
                 "text": f"{text}：{domain.SEVERITIES[case['severity']]}风险，{case['fixmedins_name']}"[:400]}
                for agency, login, text in notices
            ],
        )  # fmt: skip
