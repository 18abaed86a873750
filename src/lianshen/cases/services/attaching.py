"""Files on a case or an inquiry: taken in by what they are, kept with their hash, hidden but never gone."""

from __future__ import annotations

import hashlib
import json
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import domain, inquiries
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, NotFound, Refused
from lianshen.cases.events import Event, append
from lianshen.cases.media import recognise, safe_name
from lianshen.cases.services import inquiry_reading
from lianshen.cases.services.reading import fetch
from lianshen.cases.services.scope import Row, situation
from lianshen.cases.store import Casebook, writing

Of = Literal["case", "inquiry"]
KINDS: dict[str, str] = {
    "record": "病历",
    "bill": "收费清单",
    "statement": "申辩材料",
    "evidence": "补证材料",
    "voucher": "追回凭证",
    "letter": "往来公文",
    "other": "其他",
}
"""What a file is to the case, by code."""
MOST_FILES = 100
LISTED = [column for column in t.attachment.c if column.name != "body"]


def add_attachment(
    p: Principal, book: Casebook, number: str, name: str, body: bytes, kind: str = "other", *, of: Of = "case"
) -> Row:
    """Add a file to the case or the inquiry of that number; return it without its body.

    The type is told from the first bytes. The same file twice is kept once.

    :raises Forbidden: if the principal may see it but works on neither side of it.
    :raises Refused: for a file that is empty, too large, of a kind that is not taken, or one too many.
    """
    if kind not in KINDS:
        raise Refused(f"附件类别 {kind!r} 无效；请选择：{'、'.join(KINDS)}")
    with writing(book.engine) as con:
        trail, may_add = _owner(p, con, number, of)
        if not may_add:
            raise Forbidden(f"{p.role_name}不能为 {number} 添加附件")
        media = recognise(body)
        sha256 = hashlib.sha256(body).hexdigest()
        kept = con.execute(sa.select(*LISTED).where(*_of(number, of), t.attachment.c.removed_at.is_(None))).mappings()
        present = [dict(row) for row in kept]
        for row in present:
            if row["sha256"] == sha256:
                return _said(row)
        if len(present) >= MOST_FILES:
            raise Refused(f"一件最多 {MOST_FILES} 个附件；请合并后再上传")
        row = _enter(p, book, con, number, of, safe_name(name, media), media.media_type, body, kind)
        _tell(p, book, con, "attach", trail, row)
    return _said(row)


def keep_letter(
    p: Principal, book: Casebook, number: str, name: str, media_type: str, body: bytes, issue: str, *, of: Of = "case"
) -> bool:
    """Keep the first copy that was taken out of a letter with the case's or the inquiry's files; say whether it is new.

    ``issue`` names the letter in the form it was taken out in: later copies of it differ by who took them and when.
    """
    with writing(book.engine) as con:
        trail, _ = _owner(p, con, number, of)
        e = t.event.c
        # The head of the trail is the queue that all writers stand in: two first copies cannot meet.
        con.execute(sa.select(t.event_head.c.seq).with_for_update())
        told = con.scalars(sa.select(e.detail).where(e.case_no == trail, e.action == "attach"))
        if any(json.loads(detail).get("issue") == issue for detail in told):
            return False
        row = _enter(p, book, con, number, of, name, media_type, body, "letter")
        _tell(p, book, con, "attach", trail, {**row, "issue": issue})
    return True


def _enter(
    p: Principal, book: Casebook, con: Connection, number: str, of: Of, name: str, media_type: str, body: bytes,
    kind: str,
) -> Row:  # fmt: skip
    values = {
        "case_no": number if of == "case" else None,
        "inquiry_no": number if of == "inquiry" else None,
        "name": name,
        "media_type": media_type,
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "kind": kind,
        "added_by": p.login,
        "added_at": book.now(),
        "removed_at": None,
    }
    entered = con.execute(t.attachment.insert().values(**values, body=body))
    return {"id": int((entered.inserted_primary_key or (0,))[0]), **values}


def list_attachments(p: Principal, book: Casebook, number: str, *, of: Of = "case") -> list[Row]:
    """Return the files in the order they came, without their bodies; hidden ones say so."""
    with book.engine.connect() as con:
        _owner(p, con, number, of)
        query = sa.select(*LISTED).where(*_of(number, of)).order_by(t.attachment.c.id)
        return [_said(dict(row)) for row in con.execute(query).mappings()]


def get_attachment(p: Principal, book: Casebook, number: str, file_id: int, *, of: Of = "case") -> Row:
    """Return a file with its ``body``; the reading is logged.

    :raises NotFound: if it is not there, is hidden, or belongs to something that may not be known.
    """
    with writing(book.engine) as con:
        trail, _ = _owner(p, con, number, of)
        row = _file(con, number, file_id, of, *t.attachment.c)
        looked = {"at": book.now(), "login": p.login, "case_no": trail, "what": f"file {file_id}"[:20]}
        con.execute(t.view_log.insert().values(**looked, ip=p.ip or None))
        return _said(row)


def hide_attachment(p: Principal, book: Casebook, number: str, file_id: int, text: str, *, of: Of = "case") -> None:
    """Hide a file that was added by mistake. Its bytes stay, and so does the trail.

    :raises Forbidden: unless it is one's own file or one leads the agency.
    :raises Refused: without a reason, or once the case is archived: its list of pieces stands.
    """
    if not text.strip():
        raise Refused("隐藏附件须填写原因")
    with writing(book.engine) as con:
        trail, may_add = _owner(p, con, number, of)
        row = _file(con, number, file_id, of, *LISTED)
        if not may_add or (row["added_by"] != p.login and p.role not in ("region_lead", "lead")):
            raise Forbidden(f"只有上传人或负责人可以隐藏附件 {row['name']}")
        if con.scalar(sa.select(t.cases.c.state).where(t.cases.c.case_no == trail)) == "archived":
            raise Refused("案件已归档，归档清单中的附件不能隐藏")
        con.execute(t.attachment.update().where(t.attachment.c.id == file_id).values(removed_at=book.now()))
        _tell(p, book, con, "hide", trail, row, text.strip())


def _owner(p: Principal, con: Connection, number: str, of: Of) -> tuple[str, bool]:
    """Return the number under which the trail keeps the file, and whether the principal may add files.

    :raises NotFound: if the case or the inquiry does not exist or may not be known.
    """
    if of == "case":
        case = situation(fetch(p, con, number))
        centre = p.role in ("reviewer", "lead")
        return number, centre or domain.works_for(p, case)
    # Who may know of an inquiry and works at a desk works at one of its two sides, or at the centre.
    row = dict(inquiry_reading.fetch(p, con, number))
    return inquiry_reading.trail_of(row), inquiries.desk_of(p) is not None


def _of(number: str, of: Of) -> tuple[sa.ColumnElement[bool], ...]:
    c = t.attachment.c
    return ((c.case_no if of == "case" else c.inquiry_no) == number,)


def _file(con: Connection, number: str, file_id: int, of: Of, *columns: sa.Column[object]) -> Row:
    c = t.attachment.c
    found = sa.select(*columns).where(*_of(number, of), c.id == file_id, c.removed_at.is_(None))
    row = con.execute(found).mappings().one_or_none()
    if row is None:
        raise NotFound(f"附件 {file_id}")
    return dict(row)


def _said(row: Row) -> Row:
    return {**row, "kind_name": KINDS.get(row["kind"], row["kind"]), "is_hidden": row["removed_at"] is not None}


def _tell(
    p: Principal, book: Casebook, con: Connection, action: str, trail: str, row: Row, text: str | None = None
) -> None:
    detail: Row = {name: row[name] for name in ("id", "name", "sha256", "bytes", "kind", "issue") if name in row}
    if row["inquiry_no"]:
        detail["inquiry"] = row["inquiry_no"]
    state = con.scalar(sa.select(t.cases.c.state).where(t.cases.c.case_no == trail))
    append(con, book.now(), [Event(action, p.login, p.name, trail, state, state, text, detail, p.ip)])
