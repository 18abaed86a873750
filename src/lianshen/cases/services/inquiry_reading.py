"""Reading inquiries: lists, one with its history, and the facts of its letter. What is out of scope is not there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.agency import CENTRE
from lianshen.cases import domain, inquiries
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import NotFound
from lianshen.cases.inquiries import Situation
from lianshen.cases.inquiry_filter import InquiryFilter
from lianshen.cases.services.reading import fetch as fetch_case
from lianshen.cases.services.scope import Row, agency_name, informed_scope, scope
from lianshen.cases.store import Casebook, writing

PAGE = 200
SIDES = ("from_agency", "to_agency")
KIND = "协同事项"
"""What an inquiry is called in an error."""


def list_inquiries(p: Principal, book: Casebook, f: InquiryFilter, start: int = 0, end: int = 50) -> Row:
    """Return ``{"items", "total"}``: those on the clock first, the earliest due on top; at most 200 at once."""
    where = conditions(p, book, f)
    query = sa.select(t.inquiry).where(*where).order_by(*order())
    start = max(0, start)
    with book.engine.connect() as con:
        rows = con.execute(query.offset(start).limit(min(max(0, end - start), PAGE))).mappings().all()
        total = con.scalar(sa.select(sa.func.count()).select_from(t.inquiry).where(*where)) or 0
        shown = visible_cases(p, con, (row["case_no"] for row in rows))
        return {"items": [present(p, book, row, shown) for row in rows], "total": total}


def order() -> tuple[sa.ColumnElement[Any], ...]:
    """Return the order of lists: what is on the clock, what was answered, what is over; each the earliest due first."""
    i = t.inquiry.c
    place = sa.case((i.state.in_(inquiries.ON_THE_CLOCK), 0), (i.state.in_(inquiries.OVER), 2), else_=1)
    return place, i.due_at, i.inquiry_no


def count_waiting(p: Principal, book: Casebook) -> dict[str, int]:
    """Return for each tab how many inquiries wait for somebody: on the clock, or answered and not yet closed."""
    open_states = [state for state in inquiries.STATES if state not in inquiries.OVER]
    count = sa.select(sa.func.count()).where(t.inquiry.c.state.in_(open_states))
    with book.engine.connect() as con:
        return {
            tab: con.scalar(count.where(*conditions(p, book, InquiryFilter(tab=tab)))) or 0
            for tab in ("in", "out", "objection", "all")
        }


def of_case(p: Principal, book: Casebook, case_no: str) -> list[Row]:
    """Return the inquiries about a case or its settlements that the principal may know of, newest first.

    :raises NotFound: if the case does not exist or may not be known.
    """
    i = t.inquiry.c
    with book.engine.connect() as con:
        fetch_case(p, con, case_no, informed=True)
        settled = sa.select(t.case_settlement.c.setl_id).where(t.case_settlement.c.case_no == case_no)
        about = sa.or_(i.case_no == case_no, i.setl_id.in_(settled))
        query = sa.select(t.inquiry).where(about, *inquiry_scope(p)).order_by(i.asked_at.desc(), i.inquiry_no)
        rows = con.execute(query).mappings().all()
        return [present(p, book, row, {case_no}) for row in rows]


def get_inquiry(p: Principal, book: Casebook, inquiry_no: str) -> Row:
    """Return an inquiry with its ``history``, oldest first, and ``others``: the ones about the same settlement or case.

    :raises NotFound: if it does not exist or may not be known.
    """
    i = t.inquiry.c
    with book.engine.connect() as con:
        row = fetch(p, con, inquiry_no)
        about = [i.setl_id == row["setl_id"]] if row["setl_id"] else []
        about += [i.case_no == row["case_no"]] if row["case_no"] else []
        others = con.execute(
            sa.select(t.inquiry).where(sa.or_(sa.false(), *about), i.inquiry_no != inquiry_no, *inquiry_scope(p))
            .order_by(i.asked_at, i.inquiry_no)
        ).mappings().all()  # fmt: skip
        shown = visible_cases(p, con, (one["case_no"] for one in (row, *others)))
        return {
            **present(p, book, row, shown),
            "history": history(con, row),
            "others": [present(p, book, one, shown) for one in others],
        }


def log_view(p: Principal, book: Casebook, inquiry_no: str) -> None:
    """Record that the principal opened the inquiry: it tells of a person's stay.

    :raises NotFound: if it does not exist or may not be known; then nothing is recorded.
    """
    with writing(book.engine) as con:
        fetch(p, con, inquiry_no)
        seen = {"at": book.now(), "login": p.login, "case_no": inquiry_no, "what": "inquiry", "ip": p.ip or None}
        con.execute(t.view_log.insert().values(**seen))


def letter_facts(p: Principal, book: Casebook, inquiry_no: str) -> Row:
    """Return what the letter of an inquiry says: who writes to whom, about which stay, what is asked and by when.

    ``facts`` are pairs of a label and a text, in their order; amounts are exact yuan.
    """
    with book.engine.connect() as con:
        row = fetch(p, con, inquiry_no)
        shown = visible_cases(p, con, [row["case_no"]])
        one = present(p, book, row, shown)
    facts, pairs = row["facts"], []
    for label, value in (
        ("案件编号", one["case_no"]),
        ("结算编号", row["setl_id"]),
        ("参保人", one["person_name"] if row["person"] else None),
        ("定点医药机构", facts.get("institution")),
        ("主要诊断", facts.get("diagnosis")),
        ("就诊日期", f"{facts['admit']} 至 {facts['discharge']}" if "admit" in facts else None),
        ("医疗费用总额", _yuan(facts.get("total_fee"))),
        ("基金支付", _yuan(facts.get("fund_fee"))),
    ):
        if value:
            pairs.append((label, str(value)))
    return {
        "number": inquiry_no,
        "kind": row["kind"],
        "from_name": one["from_name"],
        "to_name": one["person_name"] if row["kind"] == "objection" else one["to_name"],
        "subject": row["subject"],
        "topic": one["topic_name"],
        "text": row["text"],
        "facts": pairs,
        "due": row["due_at"],
        "asked_on": row["asked_at"],
        "outcome": one["outcome_name"],
        "answer": row["answer"],
        "answered_on": row["answered_at"],
        "recalculated": row["recalculated"],
    }


def fetch(p: Principal, con: Connection, inquiry_no: str, *, lock: bool = False) -> sa.RowMapping:
    """Return the row of an inquiry under the principal's scope.

    :raises NotFound: if it does not exist or may not be known.
    """
    query = sa.select(t.inquiry).where(t.inquiry.c.inquiry_no == inquiry_no, *inquiry_scope(p))
    row = con.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise NotFound(inquiry_no, KIND)
    return row


def inquiry_scope(p: Principal, sides: Sequence[str] = SIDES) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that keep a query to inquiries whose existence the principal may know of.

    ``sides`` narrows them to those that came to the principal's agency, or that it sent.
    """
    if inquiries.knows_all(p):
        return []
    if p.agency is None or not (p.role in domain.REGIONAL or p.role == "manager"):
        return [sa.false()]
    return [sa.or_(*(_stands_for(p.agency, t.inquiry.c[side]) for side in sides))]


def _stands_for(desk: str, column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    if domain.is_county(desk) or desk == CENTRE:
        return column == desk
    # A pool has one city: whatever else begins with its four digits is a county below it. A range uses the index.
    return sa.and_(column >= desk[:4], column < f"{int(desk[:4]) + 1:04d}")


def conditions(p: Principal, book: Casebook, f: InquiryFilter) -> list[sa.ColumnElement[bool]]:
    """Return the WHERE of a filter under the principal's scope."""
    i = t.inquiry.c
    side = {"in": "to_agency", "out": "from_agency"}.get(f.tab)
    where = inquiry_scope(p, [side] if side else SIDES)
    if side:
        where.append(i.kind != "objection")
        where += [_stands_for(CENTRE, i[side])] if inquiries.knows_all(p) else []
    elif f.tab == "objection":
        where.append(i.kind == "objection")
    for column, values in ((i.kind, f.kind), (i.state, f.state)):
        if values:
            where.append(column.in_(values))
    if f.due:
        where.append(i.state.in_(inquiries.ON_THE_CLOCK))
        where.append(i.due_at < book.today if f.due == "overdue" else i.due_at >= book.today)
        if f.due != "overdue":
            where.append(i.due_at <= book.workdays.add(book.today, book.terms.warn_days))
    if wanted := (f.q or "").strip():
        exact = (i.inquiry_no == wanted.upper(), i.case_no == wanted.upper(), i.setl_id == wanted)
        where.append(sa.or_(*exact, i.subject.contains(wanted, autoescape=True)))
    return where


def history(con: Connection, row: Mapping[str, Any] | sa.RowMapping) -> list[Row]:
    """Return the trail of an inquiry, oldest first, from the events of its case or its own."""
    e = t.event.c
    query = sa.select(t.event).where(e.case_no == trail_of(row)).order_by(e.seq)
    events = [dict(event) for event in con.execute(query).mappings()]
    for event in events:
        event["detail"] = json.loads(event["detail"]) if event["detail"] else {}
    return [event for event in events if event["detail"].get("inquiry") == row["inquiry_no"]]


def trail_of(row: Mapping[str, Any] | sa.RowMapping) -> str:
    """Return under which number the trail keeps an inquiry: its case's, or its own.

    An objection is not the treating agency's to know of, which reads the trail of the case: it has its own.
    """
    return str(row["inquiry_no"] if row["kind"] == "objection" or not row["case_no"] else row["case_no"])


def present(p: Principal, book: Casebook, row: sa.RowMapping, shown_cases: Iterable[str]) -> Row:
    """Return an inquiry as everyone outside reads it; the case is named only to who may know of it."""
    one = dict(row)
    topics = inquiries.TOPICS[row["kind"]]
    one["kind_name"] = inquiries.KINDS[row["kind"]]
    one["state_name"], one["state_colour"] = inquiries.STATES[row["state"]]
    one["topic_name"] = topics[row["topic"]]
    one["outcome_name"] = inquiries.OUTCOMES[row["kind"]].get(row["outcome"] or "")
    one["from_name"], one["to_name"] = agency_name(row["from_agency"]), agency_name(row["to_agency"])
    one["person_name"] = domain.person_label(row["person"]) if row["person"] else None
    if row["case_no"] not in shown_cases:
        one["case_no"] = None
    on_clock = row["state"] in inquiries.ON_THE_CLOCK
    one["days_left"] = book.workdays.between(book.today, row["due_at"]) if on_clock else None
    one["actions"] = inquiries.actions_for(p, situation(row))
    one["may_attach"] = inquiries.may_attach(p, situation(row))
    return one


def situation(row: Mapping[str, Any] | sa.RowMapping) -> Situation:
    """Return what the state machine has to know of a row."""
    return Situation(row["kind"], row["state"], row["from_agency"], row["to_agency"])


def visible_cases(p: Principal, con: Connection, numbers: Iterable[str | None]) -> set[str]:
    """Return those of these cases that the principal may know of."""
    wanted = {number for number in numbers if number}
    bounds = sa.or_(sa.and_(sa.true(), *scope(p)), sa.and_(sa.true(), *informed_scope(p)))
    return set(con.scalars(sa.select(t.cases.c.case_no).where(t.cases.c.case_no.in_(wanted), bounds)))


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else f"{fen // 100:,}.{fen % 100:02d} 元"
