"""Who is told of an inquiry: the other side, and after an upheld objection whoever has to settle again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.agency import CENTRE
from lianshen.cases import domain, inquiries
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.events import SYSTEM, Event, append
from lianshen.cases.services.outbox import tell_systems_of_inquiry
from lianshen.cases.services.scope import agency_name
from lianshen.cases.services.telling import staff
from lianshen.cases.store import Casebook, writing

Told = tuple[str, str, str | None, str | None]
"""Agency, text, number of the inquiry and number of the case; None where the agency may not know of it."""


def tell_asked(con: Connection, book: Casebook, row: Mapping[str, Any]) -> None:
    """Tell the agency that is asked; an objection is taken in where it is decided and tells nobody."""
    if row["kind"] != "objection":
        text = f"{agency_name(row['from_agency'])}来函：{inquiries.KINDS[row['kind']]}，{row['subject']}"
        _write(con, book, f"{row['kind']}.ask", [(row["to_agency"], text, row["inquiry_no"], None)])


def tell_step(con: Connection, book: Casebook, p: Principal, row: Mapping[str, Any], action: str, side: str) -> None:
    """Tell the other side of a step, and those whom its result concerns."""
    kind, number = row["kind"], row["inquiry_no"]
    label = inquiries.STEPS[kind][action].label
    told: list[Told] = []
    if kind != "objection":
        outcome = inquiries.OUTCOMES[kind].get(row["outcome"] or "") if action == "answer" else None
        whom = row["from_agency"] if side == "answerer" else row["to_agency"]
        text = f"{inquiries.KINDS[kind]} {number} {label}{f'：{outcome}' if outcome else ''}"
        told.append((whom, text, number, row["case_no"] if kind == "query" and side == "answerer" else None))
    if (
        action == "answer"
        and kind == "entrusted"
        and row["outcome"] in ("not_genuine", "partly")
        and not row["case_no"]
    ):
        told.append((CENTRE, f"委托协查 {number} 结果与结算不一致，该结算尚无案件", number, None))
    if action == "uphold":
        told += _to_settle_again(con, p, book, row)
    _write(con, book, f"{kind}.{action}", told)


def _to_settle_again(con: Connection, p: Principal, book: Casebook, row: Mapping[str, Any]) -> list[Told]:
    """Name the settlement to the agency that treated and to the centre, and in the trail of its case (H6)."""
    text = f"参保人异议成立，结算 {row['setl_id']} 须更正并重新结算"
    treating, case_no = row["facts"].get("treating_agency") or CENTRE, row["case_no"]
    if case_no:
        detail = {"inquiry": row["inquiry_no"], "setl_id": row["setl_id"], "fen": row["recalculated"]}
        event = Event("resettle", p.login, p.name, case_no, reason=text, detail=detail, ip=p.ip)
        append(con, book.now(), [event])
        case = con.execute(sa.select(t.cases).where(t.cases.c.case_no == case_no)).mappings().one_or_none()
        if case is None or case["state"] in domain.AT_THE_CENTRE_ONLY:
            case_no = None
        else:
            treating = case["county"] or case["treating_agency"]
    told: list[Told] = [(CENTRE, text, row["inquiry_no"], row["case_no"])]
    # The treating agency corrects what it settled; whose objection it was is not its to know.
    return told if treating == CENTRE else [*told, (treating, text, None, case_no)]


def remind(book: Casebook) -> int:
    """Warn both sides of what falls due soon and tell them of what is overdue, each once; return how many.

    Warned is the agency that has to answer; of what is overdue its asker and the centre hear too.
    """
    i, today = t.inquiry.c, book.today
    soon = book.workdays.add(today, book.terms.warn_days)
    with writing(book.engine) as con:
        query = sa.select(t.inquiry).where(i.state.in_(inquiries.ON_THE_CLOCK), i.due_at <= soon, i.escalation < 2)
        rows = con.execute(query.order_by(i.inquiry_no).with_for_update()).mappings().all()
        reminded = 0
        for row in rows:
            level = 2 if row["due_at"] < today else 1
            if level <= row["escalation"]:
                continue
            con.execute(t.inquiry.update().where(i.inquiry_no == row["inquiry_no"]).values(escalation=level))
            name = inquiries.KINDS[row["kind"]]
            text = f"{name} {row['inquiry_no']} {'已超期' if level == 2 else '即将到期'}：期限 {row['due_at']}"
            whom = {row["to_agency"], *((row["from_agency"], CENTRE) if level == 2 else ())}
            _write(
                con,
                book,
                "overdue" if level == 2 else "due_soon",
                [(w, text, row["inquiry_no"], None) for w in sorted(whom)],
            )
            detail = {"inquiry": row["inquiry_no"], "due_at": str(row["due_at"]), "state": row["state"]}
            own = row["case_no"] if row["case_no"] and row["kind"] != "objection" else row["inquiry_no"]
            append(con, book.now(), [Event(f"{row['kind']}.remind", *SYSTEM, own, detail=detail)])
            reminded += 1
    return reminded


def _desk(agency: str, people: Mapping[str, str]) -> str:
    """Return who reads what is for an agency: a county where nobody works is told through its city."""
    if not domain.is_county(agency) or agency in people.values():
        return agency
    return inquiries.insured_agency(agency[:4])


def _write(con: Connection, book: Casebook, kind: str, given: list[Told]) -> None:
    if given:
        people = staff(con)
        told = [(_desk(agency, people), text, number, case_no) for agency, text, number, case_no in given]
        tell_systems_of_inquiry(con, book, kind, [(agency, number) for agency, _, number, _ in told])
        con.execute(
            t.notice.insert(),
            [
                {"at": book.now(), "agency": agency, "login": None, "kind": kind[:20], "case_no": case_no,
                 "inquiry_no": inquiry_no, "text": text[:400]}
                for agency, text, inquiry_no, case_no in told
            ],
        )  # fmt: skip
