"""Who is told of what happened: a notice for the agency or person it concerns, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.agency import CENTRE, agencies
from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.events import Event
from lianshen.cases.services.outbox import tell_systems
from lianshen.cases.store import Casebook

Notice = tuple[str, str | None, str, str, str]
"""Agency, login or None for all of it, kind, case and text."""
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
INSURED_KINDS = tuple(f"insured_{action}" for action in INFORMED)
"""The kinds of these notices, which only those read who may read of the own insured."""


def staff(con: Connection) -> dict[str, str]:
    """Return the agency of everybody who works anywhere, by login; the centre's people have its code."""
    u = t.users.c
    return {login: agency or CENTRE for login, agency in con.execute(sa.select(u.login, u.agency).where(u.is_active))}


def desk_of(case: Mapping[str, Any], people: Mapping[str, str]) -> str:
    """Return who is told of a case: the county that holds the agreement where somebody works there, else its city."""
    county: str = case["county"]
    return county if county in people.values() else case["treating_agency"]


def assignee_of(case: Mapping[str, Any], people: Mapping[str, str]) -> tuple[str, str | None]:
    """Return agency and login of whom the case is assigned to; the whole desk where that is no person."""
    login = case["assignee"]
    return (people[login], login) if login in people else (desk_of(case, people), None)


def notify(con: Connection, book: Casebook, notices: Sequence[Notice]) -> None:
    """Write notices."""
    if notices:
        con.execute(
            t.notice.insert(),
            [
                {"at": book.now(), "agency": agency, "login": login, "kind": kind[:20], "case_no": case_no,
                 "text": text[:400]}
                for agency, login, kind, case_no, text in notices
            ],
        )  # fmt: skip


def tell(con: Connection, book: Casebook, case: Mapping[str, Any], event: Event) -> None:
    """Write the notices of a transition; of a case that was taken back nobody has to read that it came."""
    tell_systems(con, book, case, event)
    if event.action in ("undo", "withdraw"):
        n = t.notice.c
        sent = (
            n.case_no == case["case_no"],
            n.kind.in_(("release", "transfer", "insured_release")),
            n.read_at.is_(None),
        )
        con.execute(t.notice.delete().where(*sent))
    tail = f"：{domain.SEVERITIES[case['severity']]}风险，{case['fixmedins_name']}"
    notices: list[Notice] = []
    if event.action in TOLD:
        whom, text = TOLD[event.action]
        people = staff(con)
        to = {"centre": (CENTRE, None), "agency": (desk_of(case, people), None), "assignee": assignee_of(case, people)}
        notices.append((*to[whom], event.action, case["case_no"], text + tail))
    if event.action == "ask_evidence" and "inquiry" not in (event.detail or {}):
        # Another agency is told of the inquiry that it gets; the case is not its own to see.
        notices.append((CENTRE, None, event.action, case["case_no"], f"请求补证{tail}"))
    insured = next((agency.code for agency in agencies().values() if agency.pool == case["insu_pool"]), None)
    if event.action in INFORMED and insured and insured != case["treating_agency"]:
        notices.append((insured, None, f"insured_{event.action}", case["case_no"], INFORMED[event.action] + tail))
    notify(con, book, notices)
