"""Writing an inquiry down: its number, its first row, and the event of each of its steps."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import inquiries
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Refused
from lianshen.cases.events import Event, append
from lianshen.cases.services.inquiry_reading import trail_of
from lianshen.cases.services.inquiry_telling import tell_asked
from lianshen.cases.services.stays import Stay
from lianshen.cases.store import Casebook

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of a number's tail: no letter that is read as a digit."""
LONGEST = 4000


def enter(
    con: Connection, p: Principal, book: Casebook, kind: str, stay: Stay, parties: tuple[str, str], topic: str,
    text: str, subject: str, due: date,
) -> str:  # fmt: skip
    """Write a new inquiry with its event and its notice; return its number.

    :raises Refused: for an unknown topic or a text that is missing or too long.
    """
    topics = inquiries.TOPICS[kind]
    if topic not in topics:
        raise Refused(f"事由 {topic!r} 无效；请选择：{'、'.join(topics)}")
    said = checked(text, "说明", inquiries.MIN_ANSWER)
    row: dict[str, Any] = {
        "inquiry_no": _new_number(con, kind, book.today),
        "kind": kind,
        "case_no": stay.case_no,
        "setl_id": stay.setl_id,
        "person": stay.person,
        "facts": dict(stay.facts),
        "from_agency": parties[0],
        "to_agency": parties[1],
        "topic": topic,
        "subject": (subject.strip() or topics[topic])[:200],
        "text": said,
        "state": "received" if kind == "objection" else "sent",
        "due_at": due,
        "version": 1,
        "asked_by": p.login,
        "asked_at": book.now(),
    }
    con.execute(t.inquiry.insert().values(**row))
    note(con, p, book, row, "ask", said, {"to": parties[1], "topic": topic, "state": row["state"]})
    tell_asked(con, book, row)
    return str(row["inquiry_no"])


def _new_number(con: Connection, kind: str, day: date) -> str:
    while True:
        tail = "".join(secrets.choice(ALPHABET) for _ in range(6))
        number = f"{inquiries.PREFIXES[kind]}{day:%Y%m%d}-{tail}"
        if con.scalar(sa.select(t.inquiry.c.inquiry_no).where(t.inquiry.c.inquiry_no == number)) is None:
            return number


def checked(text: str, name: str, least: int) -> str:
    """Return the text without its margins.

    :raises Refused: if it is shorter than ``least`` or longer than an event keeps.
    """
    said = text.strip()
    if len(said) < least:
        raise Refused(f"请填写{name}，至少 {least} 个字，现为 {len(said)} 个字")
    if len(said) > LONGEST:
        raise Refused(f"{name}最多 {LONGEST} 个字，现为 {len(said)} 个字")
    return said


def note(
    con: Connection,
    p: Principal,
    book: Casebook,
    row: Mapping[str, Any],
    action: str,
    said: str | None,
    detail: dict[str, Any],
) -> None:
    """Write the event of a step: in the trail of the case where there is one, else in the inquiry's own."""
    kept = {"inquiry": row["inquiry_no"], **detail}
    event = Event(f"{row['kind']}.{action}", p.login, p.name, trail_of(row), reason=said, detail=kept, ip=p.ip)
    append(con, book.now(), [event])
