"""Letters: written from the case as it stands, numbered once, and in the trail every time one is taken out.

The first copy of each is kept with the files of its case or inquiry, and so comes into the archive.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.agency import CENTRE
from lianshen.cases import tables as t
from lianshen.cases.domain import DECIDED, REGIONAL, Principal
from lianshen.cases.errors import Forbidden, Refused
from lianshen.cases.events import Event, append
from lianshen.cases.letters import inquiry_letters
from lianshen.cases.letters.case_letters import KINDS, why_not
from lianshen.cases.letters.facts import CaseFacts
from lianshen.cases.letters.offices import document_number
from lianshen.cases.services.attaching import keep_letter
from lianshen.cases.services.inquiry_reading import fetch as fetch_inquiry
from lianshen.cases.services.inquiry_reading import letter_facts, trail_of
from lianshen.cases.services.reading import (
    fetch,
    get_case,
    get_dossier,
    get_events,
    get_findings,
    get_lines,
)
from lianshen.cases.services.recovering import get_appeals, get_recoveries
from lianshen.cases.store import Casebook, writing
from lianshen.config import SHANGHAI
from lianshen.paper import Document, as_docx, as_pdf, typesetter

Form = Literal["pdf", "docx"]
MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MAY_WRITE = frozenset({"reviewer", "lead"}) | REGIONAL


@dataclass(frozen=True)
class Paper:
    """A file that was made: its name, its media type and its bytes."""

    name: str
    media_type: str
    body: bytes


def case_letter(p: Principal, book: Casebook, case_no: str, kind: str, form: Form) -> Paper:
    """Return a letter of a case. Its number stays the same for the same kind, addressee and round of appeal.

    :raises NotFound: if the case does not exist or lies outside the scope.
    :raises Forbidden: for roles that write no letters.
    :raises Refused: for an unknown kind, or one that the case does not have yet.
    """
    if kind not in KINDS:
        raise Refused(f"文书类别 {kind!r} 无效；可选：{'、'.join(KINDS)}")
    facts = _facts(p, book, case_no)
    _may_write(p)
    if reason := why_not(kind, facts.case, facts.events):
        raise Refused(reason)
    writes = KINDS[kind]
    agency = facts.case["county"] or facts.case["treating_agency"]
    about = f"{kind}:{agency}:{facts.case['appeal_round']}:{facts.case['state'] in DECIDED}"
    draft = writes.write(facts)
    _ready(form)
    number = _issue(p, book, case_no, kind, about, CENTRE if writes.by_centre else agency, writes.series, draft, form)
    paper = _printed(writes.write(replace(facts, number=number)), f"{kind}-{case_no}", form)
    keep_letter(p, book, case_no, paper.name, paper.media_type, paper.body, f"{about}:{form}")
    return paper


def inquiry_letter(p: Principal, book: Casebook, inquiry_no: str, kind: str, form: Form) -> Paper:
    """Return the letter that asks (委托协查函) or answers (复函) in an inquiry between agencies.

    :raises NotFound: if the inquiry does not exist or lies outside the scope.
    :raises Refused: for an unknown kind, for an answer that was not given, for a letter that an objection has not.
    """
    if kind not in inquiry_letters.SERIES:
        raise Refused(f"文书类别 {kind!r} 无效；可选：{'、'.join(inquiry_letters.SERIES)}")
    said = letter_facts(p, book, inquiry_no)
    with book.engine.connect() as con:
        row = fetch_inquiry(p, con, inquiry_no)
    if kind not in inquiry_letters.letters_of(dict(row)):
        raise Refused(f"{inquiry_no} 现在没有{kind}：异议没有来函，未答复的没有复函")
    writes = inquiry_letters.asking if kind == inquiry_letters.ASKING else inquiry_letters.answering
    sides = (row["from_agency"], row["to_agency"])
    draft = writes(said, *sides, "", "")
    _ready(form)
    writer = sides[0] if kind == inquiry_letters.ASKING else sides[1]
    about = f"{kind}:{inquiry_no}:{draft.day}"
    number = _issue(p, book, trail_of(row), kind, about, writer, inquiry_letters.SERIES[kind], draft, form)
    paper = _printed(writes(said, *sides, number, mark_of(p, book)), f"{kind}-{inquiry_no}", form)
    keep_letter(p, book, inquiry_no, paper.name, paper.media_type, paper.body, f"{about}:{form}", of="inquiry")
    return paper


def mark_of(p: Principal, book: Casebook) -> str:
    """Return what is written across everything that is taken out: who and when."""
    return f"{p.name} {book.now().astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def print_document(document: Document, form: Form) -> bytes:
    """Return a document as PDF or DOCX.

    :raises Refused: for another form.
    """
    if form not in ("pdf", "docx"):
        raise Refused(f"格式 {form!r} 无效；可选：pdf、docx")
    return as_pdf(document, typesetter()) if form == "pdf" else as_docx(document)


def _printed(document: Document, stem: str, form: Form) -> Paper:
    return Paper(f"{stem}.{form}", MEDIA[form], print_document(document, form))


def _may_write(p: Principal) -> None:
    if p.role not in MAY_WRITE:
        raise Forbidden(f"{p.role_name}不能导出文书")


def _ready(form: Form) -> None:
    """Fail before a number is given where this machine cannot print."""
    if form == "pdf":
        typesetter()


def _facts(p: Principal, book: Casebook, case_no: str) -> CaseFacts:
    with book.engine.connect() as con:
        fetch(p, con, case_no)
    case = get_case(p, book, case_no)
    closed = case["closed_at"]
    sealed: dict[str, Any] = get_dossier(p, book, case_no)["body"] or {"rules": []}
    bases = dict.fromkeys(basis for rule in sealed["rules"] for basis in rule["basis"])
    until = closed and book.workdays.add(closed.astimezone(SHANGHAI).date(), book.terms.appeal_days)
    return CaseFacts(
        case, case["setl_ids"], get_findings(p, book, case_no), get_lines(p, book, case_no),
        get_events(p, book, case_no)[::-1], tuple(bases), get_appeals(p, book, case_no),
        get_recoveries(p, book, case_no), until, "", mark_of(p, book),
    )  # fmt: skip


def _issue(
    p: Principal, book: Casebook, subject: str, kind: str, about: str, agency: str, series: str, draft: Document,
    form: Form,
) -> str:  # fmt: skip
    """Return the letter's number, the next of its series where it has none yet, and record that it was taken out."""
    with writing(book.engine) as con:
        # The head of the trail is the queue that all writers stand in: numbers have no gap and no double.
        con.execute(sa.select(t.event_head.c.seq).with_for_update())
        number = _given(con, subject, about)
        if number is None:
            serial = _next(con, f"number:{series}:{agency}:{draft.day.year}")
            number = document_number(agency, series, draft.day.year, serial)
        detail = {"kind": kind, "about": about, "number": number, "as": form}
        told = f"{kind} {number}"
        append(con, book.now(), [Event("letter", p.login, p.name, subject, reason=told, detail=detail, ip=p.ip)])
    return number


def _given(con: Connection, subject: str, about: str) -> str | None:
    e = t.event.c
    query = sa.select(e.detail).where(e.case_no == subject, e.action == "letter").order_by(e.seq)
    for text in con.scalars(query):
        detail = json.loads(text)
        if detail["about"] == about:
            return str(detail["number"])
    return None


def _next(con: Connection, name: str) -> int:
    n = t.note.c
    last = con.scalar(sa.select(n.value).where(n.name == name))
    serial = int(last or 0) + 1
    if last is None:
        con.execute(t.note.insert().values(name=name, value=str(serial)))
    else:
        con.execute(t.note.update().where(n.name == name).values(value=str(serial)))
    return serial
