"""Moving cases: the transitions, one by one and in bulk.

Each is one UPDATE that names the version and the state it was decided on, and one event, in one
transaction. Whoever comes second gets a :class:`Conflict` that says who was first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Conflict, Forbidden, NotFound, Refused
from lianshen.cases.events import Event, append
from lianshen.cases.services.changes import Move, changes
from lianshen.cases.services.evidence_asked import ask_agency
from lianshen.cases.services.given import Given, said
from lianshen.cases.services.reading import fetch, get_case
from lianshen.cases.services.scope import Row, situation
from lianshen.cases.services.telling import tell
from lianshen.cases.store import Casebook, writing

RECORDED = ("due_at", "reply_by", "decision", "determined", "treating_agency", "assignee", "appeal_round")
"""Columns that an event keeps where the action set them."""


def transition(
    p: Principal, book: Casebook, case_no: str, action: str, version: int, *,
    reason: str | None = None, text: str = "", worth_checking: bool | None = None,
    agency: str | None = None, assignee: str | None = None,
) -> Row:  # fmt: skip
    """Take an action on a case as it stood at ``version``; return the case afterwards.

    ``reason`` is a code of ``DROPS`` for *drop*, or ``timeout`` for a *statement* that never came; ``text`` the
    remark, the reason or, for *submit*, the conclusion of at least 20 characters; ``worth_checking`` answers, on
    *submit*, whether the suspicion deserved the work; ``agency`` is where *transfer* leads to and whom
    *ask_evidence* asks; ``assignee`` is the login that *assign* names.

    :raises NotFound: if the case does not exist or may not be known.
    :raises Conflict: if it changed since ``version``.
    :raises Forbidden: if the role, the agency or the state does not permit the action.
    :raises Refused: if what the action needs is missing: a reason, a conclusion, open determinations.
    """
    rule = domain.TRANSITIONS.get(action)
    if rule is None:
        raise Refused(f"action {action!r} is unknown; one of {', '.join(domain.TRANSITIONS)}")
    given = Given(reason, text.strip(), worth_checking, agency, assignee)
    with writing(book.engine) as con:
        row = fetch(p, con, case_no, lock=True)
        if row["version"] != version:
            raise conflict(con, row)
        if not domain.allowed(p, action, situation(row)):
            raise Forbidden(f"{p.role_name}不能对“{domain.STATES[row['state']][0]}”的案件 {case_no} 执行“{rule.label}”")
        move(con, p, book, row, action, given)
    try:
        return get_case(p, book, case_no)
    except NotFound:
        # It was done all the same: since then the case has left the sight of whoever did it.
        return {"case_no": case_no}


def move(con: Connection, p: Principal, book: Casebook, row: sa.RowMapping, action: str, given: Given) -> None:
    """Take an action that is allowed on a locked case: its update, its event and whom it is told to.

    :raises Conflict: if the case changed since its row was read.
    :raises Refused: if what the action needs is missing.
    """
    told = said(action, domain.TRANSITIONS[action], given)
    values = changes(Move(p, book, con, row, given), action)
    c, case_no = t.cases.c, row["case_no"]
    where = (c.case_no == case_no, c.version == row["version"], c.state == row["state"])
    if con.execute(t.cases.update().where(*where).values(**values)).rowcount != 1:
        # Another transaction committed between our read and our write.
        raise conflict(con, fetch(p, con, case_no))
    detail = {key: str(values[key]) for key in RECORDED if values.get(key) is not None}
    if action == "ask_evidence" and given.agency:
        detail["asked"] = given.agency
        if number := ask_agency(con, p, book, row, values, given.agency, given.text):
            detail["inquiry"] = number
    event = Event(action, p.login, p.name, case_no, row["state"], values["state"], told, detail or None, p.ip)
    append(con, book.now(), [event])
    tell(con, book, {**row, **values}, event)


def conflict(con: Connection, row: Mapping[str, Any] | sa.RowMapping) -> Conflict:
    """Return the conflict that says who moved the case, when and to what."""
    last = con.execute(
        sa.select(t.event).where(t.event.c.case_no == row["case_no"]).order_by(t.event.c.seq.desc()).limit(1)
    ).mappings().one_or_none()  # fmt: skip
    rule = domain.TRANSITIONS.get(last["action"]) if last else None
    return Conflict(
        row["case_no"],
        row["version"],
        domain.STATES[row["state"]][0],
        last["actor_name"] if last else None,
        rule.label if rule else "更新",
        last["at"] if last else None,
    )


def bulk(
    p: Principal, book: Casebook, action: str, items: Sequence[Mapping[str, Any]], *,
    reason: str | None = None, text: str = "",
) -> dict[str, list[str]]:  # fmt: skip
    """Take one action on many cases, each on its own; return case numbers as ``ok``, ``conflict`` and ``denied``.

    ``items`` are ``{"case_no", "version"}``. One that fails leaves the others as they are.

    :raises Refused: for an action that is not for many, too many cases, or a missing reason.
    """
    if action not in domain.BULK_ACTIONS:
        raise Refused(f"“{action}”不能批量执行；可批量：{'、'.join(sorted(domain.BULK_ACTIONS))}")
    most = book.terms.bulk_lead if p.role == "lead" else book.terms.bulk_reviewer
    if len(items) > most:
        raise Refused(f"一次最多 {most} 件，现为 {len(items)} 件")
    said(action, domain.TRANSITIONS[action], Given(reason, text.strip()))
    outcome: dict[str, list[str]] = {"ok": [], "conflict": [], "denied": []}
    for item in items:
        case_no = str(item["case_no"])
        try:
            transition(p, book, case_no, action, int(item["version"]), reason=reason, text=text)
            outcome["ok"].append(case_no)
        except Conflict:
            outcome["conflict"].append(case_no)
        except (Forbidden, NotFound, Refused):
            outcome["denied"].append(case_no)
    return outcome
