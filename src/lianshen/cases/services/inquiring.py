"""Asking another agency, answering it, and every step between: the writing side of inquiries.

Each step is one UPDATE that names the version and the state it was decided on, one event and the notices it
causes, in one transaction. Whoever comes second gets a :class:`Conflict` that says who was first.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import domain, inquiries
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Conflict, Forbidden, Refused
from lianshen.cases.inquiries import Step
from lianshen.cases.services import stays
from lianshen.cases.services.acting import move
from lianshen.cases.services.evidence_asked import case_waiting
from lianshen.cases.services.given import Given
from lianshen.cases.services.inquiry_reading import KIND, fetch, get_inquiry, history, situation
from lianshen.cases.services.inquiry_telling import tell_step
from lianshen.cases.services.inquiry_writing import LONGEST, checked, enter, note
from lianshen.cases.services.reading import fetch as fetch_case
from lianshen.cases.services.scope import Row
from lianshen.cases.services.scope import situation as case_situation
from lianshen.cases.services.stays import Stay
from lianshen.cases.store import Casebook, writing

ASKING = ("accepted", "returned", "hearing", "evidence", "appealed")
"""States of a case in which its agency asks the insured region."""


def ask(p: Principal, book: Casebook, case_no: str, topic: str, text: str, *, subject: str = "") -> Row:
    """Ask the region that insures the person of a case; return the inquiry.

    :raises NotFound: if the case does not exist or may not be known.
    :raises Forbidden: unless the principal's agency works on the case now.
    :raises Refused: where the person is insured here, or the topic or the text does not do.
    """
    with writing(book.engine) as con:
        case = fetch_case(p, con, case_no)
        desk = inquiries.desk_of(p)
        if desk is None or not domain.works_for(p, case_situation(case)) or case["state"] not in ASKING:
            raise Forbidden(f"{p.role_name}不能就“{domain.STATES[case['state']][0]}”的案件 {case_no} 向参保地核实")
        to = inquiries.insured_agency(case["insu_pool"])
        if inquiries.stands_for(to, desk) or inquiries.stands_for(desk, to):
            raise Refused(f"案件 {case_no} 的参保地就是本机构，无须发函核实")
        due = book.workdays.add(book.today, book.terms.query_days)
        number = enter(con, p, book, "query", stays.of_case(case), (desk, to), topic, text, subject, due)
    return get_inquiry(p, book, number)


def entrust(
    p: Principal, book: Casebook, topic: str, text: str, *,
    case_no: str | None = None, setl_id: str | None = None, settlement: Stay | None = None, subject: str = "",
) -> Row:  # fmt: skip
    """Entrust the treating region with an investigation into the stay of a person insured here; return the inquiry.

    About a case of which the principal is informed, or a settlement: one that a case holds, or ``settlement`` as the
    caller read it from the published snapshot.

    :raises NotFound: if the case does not exist or may not be known.
    :raises Refused: for a settlement that is not there, was not made elsewhere, or not for a person insured here.
    """
    with writing(book.engine) as con:
        stay = _entrusted_stay(p, con, case_no, setl_id, settlement)
        desk = inquiries.desk_of(p)
        if desk is None:
            raise Forbidden(f"{p.role_name}不能委托协查")
        to = stay.treating_agency
        if inquiries.stands_for(to, desk) or inquiries.stands_for(desk, to):
            raise Refused("就医地就是本机构，无须委托协查")
        due = book.workdays.add(book.today, book.terms.entrusted_days)
        number = enter(con, p, book, "entrusted", stay, (desk, to), topic, text, subject, due)
    return get_inquiry(p, book, number)


def _entrusted_stay(
    p: Principal, con: Connection, case_no: str | None, setl_id: str | None, settlement: Stay | None
) -> Stay:
    if case_no:
        stay = stays.of_case(fetch_case(p, con, case_no, informed=True))
        if not inquiries.insures(p, stay.insu_pool):
            raise Forbidden(f"案件 {case_no} 的参保人不在本地参保；只有参保地可以委托协查")
        return stay
    return insured_stay(p, con, setl_id or "", settlement)


def insured_stay(p: Principal, con: Connection, setl_id: str, settlement: Stay | None) -> Stay:
    """Return the stay of a settlement of a person whom the principal's region insures.

    :raises Refused: where there is none; that it is somebody else's looks the same.
    """
    stay = stays.of_known_settlement(con, setl_id) or settlement
    if stay is None or stay.setl_id != setl_id or not inquiries.insures(p, stay.insu_pool):
        raise Refused(f"没有本地参保人的结算 {setl_id!r}；请核对结算编号，当日结算于次日入库后可查")
    return stay


def act(
    p: Principal, book: Casebook, inquiry_no: str, action: str, version: int, *,
    text: str = "", outcome: str | None = None, recalculated: int | None = None,
) -> Row:  # fmt: skip
    """Take a step on an inquiry as it stood at ``version``; return it afterwards.

    ``text`` is the answer, the explanation or the reason; ``outcome`` a code of ``OUTCOMES`` where the step gives
    one; ``recalculated`` what the funds should have paid, in fen, for *recalculate*.

    :raises NotFound: if it does not exist or may not be known.
    :raises Conflict: if it changed since ``version``.
    :raises Forbidden: if the side or the state does not permit the step.
    :raises Refused: if what the step needs is missing.
    """
    with writing(book.engine) as con:
        row = fetch(p, con, inquiry_no, lock=True)
        step = inquiries.STEPS[row["kind"]].get(action)
        if step is None:
            raise Refused(f"操作 {action!r} 无效；可用：{'、'.join(inquiries.STEPS[row['kind']])}")
        if row["version"] != version:
            raise _conflict(con, row)
        if not inquiries.allowed(p, action, situation(row)):
            state = inquiries.STATES[row["state"]][0]
            raise Forbidden(f"{p.role_name}不能对“{state}”的{KIND} {inquiry_no} 执行“{step.label}”")
        said = _said(step, text, outcome)
        values = _changes(p, book, row, action, step, said, outcome, recalculated)
        i = t.inquiry.c
        where = (i.inquiry_no == inquiry_no, i.version == version, i.state == row["state"])
        if con.execute(t.inquiry.update().where(*where).values(**values)).rowcount != 1:
            # Another transaction committed between our read and our write.
            raise _conflict(con, fetch(p, con, inquiry_no))
        after = {**row, **values}
        detail = {name: str(values[name]) for name in ("outcome", "due_at") if values.get(name)}
        if "recalculated" in values:
            detail["fen"] = values["recalculated"]
        note(con, p, book, after, action, said or None, {"was": row["state"], "state": after["state"], **detail})
        tell_step(con, book, p, after, action, step.side)
        if action == "answer" and (case := case_waiting(con, after)) is not None:
            move(con, p, book, case, "provide", Given(text=f"{KIND} {inquiry_no} 已答复：{said}"[:LONGEST]))
    return get_inquiry(p, book, inquiry_no)


def _said(step: Step, text: str, outcome: str | None) -> str:
    if step.outcomes and outcome not in step.outcomes:
        raise Refused(f"“{step.label}”须选择结果：{'、'.join(step.outcomes)}")
    if not step.needs_text:
        return text.strip()[:LONGEST]
    return checked(text, f"“{step.label}”的说明", inquiries.MIN_ANSWER if step.is_answer else 1)


def _changes(
    p: Principal, book: Casebook, row: sa.RowMapping, action: str, step: Step, said: str, outcome: str | None,
    recalculated: int | None,
) -> dict[str, Any]:  # fmt: skip
    """Return the columns that a step sets."""
    terms, add = book.terms, book.workdays.add
    values: dict[str, Any] = {"state": step.to or row["state"], "version": row["version"] + 1}
    if step.outcomes:
        values["outcome"] = outcome
    if step.is_answer:
        values |= {"answer": said, "answered_by": p.login, "answered_at": book.now()}
    match action:
        case "accept":
            values |= {"accepted_by": p.login, "accepted_at": book.now()}
            if row["kind"] == "objection":
                values |= {"due_at": add(book.today, terms.objection_days), "escalation": 0}
        case "prolong":
            values |= {"due_at": add(row["due_at"], terms.extension_days), "escalation": 0}
        case "ask_again":
            days = terms.query_days if row["kind"] == "query" else terms.entrusted_days
            values |= {"due_at": add(book.today, days), "escalation": 0, "outcome": None}
        case "recalculate":
            if recalculated is None or recalculated < 0:
                raise Refused("请填写重算后的基金支付金额（元），不能为负")
            values["recalculated"] = recalculated
        case "close":
            values["closed_at"] = book.now()
    return values


def _conflict(con: Connection, row: sa.RowMapping) -> Conflict:
    last = history(con, row)[-1]
    label = inquiries.step_name(last["action"]) or KIND
    state = inquiries.STATES[row["state"]][0]
    return Conflict(row["inquiry_no"], row["version"], state, last["actor_name"], label, last["at"], KIND)


def preview(p: Principal, book: Casebook, kind: str, case_no: str, setl_id: str, settlement: Stay | None) -> Row | None:
    """Return the stay that an inquiry would be about, shaped like an inquiry; None where no settlement was found.

    :raises NotFound: if the case does not exist or may not be known.
    """
    with book.engine.connect() as con:
        if case_no:
            stay = stays.of_case(fetch_case(p, con, case_no, informed=kind == "entrusted"))
        elif setl_id.strip():
            try:
                stay = insured_stay(p, con, setl_id.strip(), settlement)
            except Refused:
                return None
        else:
            return None
    return {
        "topic_name": None,
        "person_name": domain.person_label(stay.person),
        "facts": dict(stay.facts),
        "setl_id": stay.setl_id,
        "case_no": case_no or None,
    }
