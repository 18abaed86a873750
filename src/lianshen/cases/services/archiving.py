"""The file of a case: everything that was relied on, piece by piece with its hash (Art. 20).

The list of pieces is written when a case is archived. What comes later, money or a remark, stands in pieces of its
own, so that those of the list can be made again from the casebook, byte for byte, and still have their hashes.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.events import Event, append
from lianshen.cases.services.reading import fetch
from lianshen.cases.services.scope import Row
from lianshen.cases.store import Casebook, writing

KEEP_YEARS = 30
"""Years that inspection files are kept, by the classes of the social insurance archives regulation (assumed)."""
LIST_NAME = "目录.json"
LATER = "归档后/"
MOVING = frozenset(
    [
        "state",
        "version",
        "assignee",
        "recovered",
        "escalation",
        "moved_by",
        "moved_action",
        "moved_at",
        "archived_at",
        "changed_sha256",
        "per_hour",
    ]
)
"""Columns that go on changing after a case is archived; the trail says how."""
_OLDEST = (1980, 1, 1, 0, 0, 0)
"""The time of every piece in the archive: the same case gives the same bytes."""


@dataclass(frozen=True)
class _Later:
    """What came to a case after it was archived: events from ``seq`` on, and numbers of ledger entries and files."""

    seq: int
    entries: frozenset[int]
    files: frozenset[int]


def pieces(con: Connection, case_no: str) -> dict[str, bytes]:
    """Return the pieces of a case's file by name, in their order; of an archived case as they were archived."""
    came = _later(con, case_no)
    dossier = con.execute(sa.select(t.dossier.c.body).where(t.dossier.c.case_no == case_no)).scalar_one()
    found = {"01_证据.json": zlib.decompress(dossier)}
    case = con.execute(sa.select(t.cases).where(t.cases.c.case_no == case_no)).mappings().one()
    found["02_案件.json"] = _json([{name: case[name] for name in case if name not in MOVING}])
    for name, table in (
        ("03_费用认定.json", t.case_line),
        ("04_疑点.json", t.case_finding),
        ("05_复议.json", t.appeal),
    ):
        found[name] = _rows(con, table, case_no)
    found["06_追回.json"] = _rows(con, t.recovery, case_no, *([t.recovery.c.id.notin_(came.entries)] if came else []))
    found["07_经过.json"] = _rows(con, t.event, case_no, *([t.event.c.seq < came.seq] if came else []))
    files = _files(con, case_no, *([t.attachment.c.id.notin_(came.files)] if came else []))
    for number, (name, body) in enumerate(files.items(), start=8):
        found[f"{number:02d}_{name}"] = body
    return found


def supplements(con: Connection, case_no: str) -> dict[str, bytes]:
    """Return what came after a case was archived: its trail, money and files; empty before that."""
    came = _later(con, case_no)
    if came is None:
        return {}
    files = _files(con, case_no, t.attachment.c.id.in_(came.files))
    return {
        f"{LATER}经过.json": _rows(con, t.event, case_no, t.event.c.seq >= came.seq),
        f"{LATER}追回.json": _rows(con, t.recovery, case_no, t.recovery.c.id.in_(came.entries)),
        **{f"{LATER}{name}": body for name, body in files.items()},
    }


def _later(con: Connection, case_no: str) -> _Later | None:
    """Return what came after the archiving, or None for a case that is not archived. Read from the trail."""
    if con.scalar(sa.select(t.cases.c.archived_at).where(t.cases.c.case_no == case_no)) is None:
        return None
    e = t.event.c
    last = sa.select(sa.func.max(e.seq)).where(e.case_no == case_no, e.action == "archive").scalar_subquery()
    rows = con.execute(sa.select(e.seq, e.action, e.detail).where(e.case_no == case_no, e.seq >= last)).all()
    told = [(row.action, json.loads(row.detail)) for row in rows if row.detail]
    return _Later(
        min(row.seq for row in rows),
        frozenset(detail["entry"] for action, detail in told if action in ("recover", "reverse")),
        frozenset(detail["id"] for action, detail in told if action == "attach"),
    )


def _files(con: Connection, case_no: str, *where: sa.ColumnElement[bool]) -> dict[str, bytes]:
    """Return files of the case, then those of inquiries about it, by name: what they are, number, own name.

    An objection is a person's, and its files are not the treating agency's to read.
    """
    a, i = t.attachment.c, t.inquiry.c
    asked = sa.select(i.inquiry_no).where(i.case_no == case_no, i.kind != "objection")
    query = (
        sa.select(a.id, a.name, a.body, a.kind, a.inquiry_no)
        .where(sa.or_(a.case_no == case_no, a.inquiry_no.in_(asked)), a.removed_at.is_(None), *where)
        .order_by(a.inquiry_no.is_not(None), a.id)
    )
    found: dict[str, bytes] = {}
    for row in con.execute(query):
        kind = "文书" if row.kind == "letter" else "附件"
        name = f"{row.id}_{row.name}"
        found[f"协同_{row.inquiry_no}_{kind}_{name}" if row.inquiry_no else f"{kind}_{name}"] = row.body
    return found


def keep(con: Connection, case_no: str) -> None:
    """Write down the pieces of the case's file with their hashes, in the place of an earlier list."""
    # Nobody may add to the trail between this list and the event of archiving.
    con.execute(sa.select(t.event_head.c.seq).with_for_update())
    con.execute(t.archive_item.delete().where(t.archive_item.c.case_no == case_no))
    con.execute(
        t.archive_item.insert(),
        [
            {
                "case_no": case_no,
                "place": place,
                "name": name,
                "sha256": hashlib.sha256(body).hexdigest(),
                "bytes": len(body),
                "keep_years": KEEP_YEARS,
            }
            for place, (name, body) in enumerate(pieces(con, case_no).items(), start=1)
        ],
    )


def get_archive(p: Principal, book: Casebook, case_no: str) -> list[Row]:
    """Return the list of an archived case's pieces; empty before it is archived."""
    with book.engine.connect() as con:
        if fetch(p, con, case_no)["archived_at"] is None:
            # Taken up again: the list of back then no longer says what is in the file.
            return []
        query = sa.select(t.archive_item).where(t.archive_item.c.case_no == case_no).order_by(t.archive_item.c.place)
        return [dict(row) for row in con.execute(query).mappings()]


def export_case(p: Principal, book: Casebook, case_no: str) -> bytes:
    """Return the case's file as a zip with a list of hashes; the export stands in the trail."""
    with writing(book.engine) as con:
        state = fetch(p, con, case_no)["state"]
        every = {**pieces(con, case_no), **supplements(con, case_no)}
        hashes = {name: hashlib.sha256(body).hexdigest() for name, body in every.items()}
        detail = {"pieces": len(every)}
        append(con, book.now(), [Event("export", p.login, p.name, case_no, state, state, None, detail, p.ip)])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in {**every, LIST_NAME: _json(hashes)}.items():
            archive.writestr(zipfile.ZipInfo(name, _OLDEST), body, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _rows(con: Connection, table: sa.Table, case_no: str, *where: sa.ColumnElement[bool]) -> bytes:
    query = sa.select(table).where(table.c.case_no == case_no, *where).order_by(*table.primary_key)
    return _json([dict(row) for row in con.execute(query).mappings()])


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode()
