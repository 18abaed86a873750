"""Bulletins and assessments as files; each that is taken out stands in the trail."""

from __future__ import annotations

from typing import Literal

from lianshen.agency import CENTRE
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Refused
from lianshen.cases.events import Event, append
from lianshen.cases.letters.offices import sign
from lianshen.cases.reports.papers import assessment_document, bulletin_document
from lianshen.cases.reports.periods import Period, month, quarter
from lianshen.cases.services.assessing import assessment, check_may_report
from lianshen.cases.services.bulletins import bulletin
from lianshen.cases.services.letters import MEDIA, Form, Paper, mark_of, print_document
from lianshen.cases.store import Casebook, writing
from lianshen.paper import Document

Kind = Literal["bulletin", "assessment"]
NAMES = {"bulletin": "通报", "assessment": "考核"}


def period_of(kind: Kind, key: str) -> Period:
    """Return the month or quarter that a report is asked for.

    :raises Refused: for a text that names none.
    """
    return month(key) if kind == "bulletin" else quarter(key)


def report_document(p: Principal, book: Casebook, kind: Kind, period: Period) -> Document:
    """Return a report as a document.

    :raises Forbidden: for roles that read no reports.
    :raises Refused: for a period that has not begun.
    """
    check_may_report(p)
    if period.first > book.today:
        raise Refused(f"{period.name}尚未开始")
    # One bulletin a month and one assessment a quarter: the period is the serial.
    serial = period.first.month if kind == "bulletin" else (period.first.month + 2) // 3
    number = f"{sign(CENTRE)}{NAMES[kind]}〔{period.first.year}〕{serial}号"
    if kind == "bulletin":
        return bulletin_document(bulletin(p, book, period), number, mark_of(p, book))
    return assessment_document(assessment(p, book, period), number, mark_of(p, book))


def report_file(p: Principal, book: Casebook, kind: Kind, period: Period, form: Form) -> Paper:
    """Return a report as a file and record that it was taken out.

    :raises Forbidden: for roles that read no reports.
    """
    body = print_document(report_document(p, book, kind, period), form)
    with writing(book.engine) as con:
        detail = {"report": kind, "period": period.key, "as": form}
        append(con, book.now(), [Event("report", p.login, p.name, None, detail=detail, ip=p.ip)])
    return Paper(f"{NAMES[kind]}-{period.key}.{form}", MEDIA[form], body)
