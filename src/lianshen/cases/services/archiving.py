"""The file of a case: everything that was relied on, piece by piece with its hash (Art. 20)."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
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
_OLDEST = (1980, 1, 1, 0, 0, 0)
"""The time of every piece in the archive: the same case gives the same bytes."""


def case_file(con: Connection, case_no: str) -> dict[str, bytes]:
    """Return the pieces of a case's file by name, in their order."""
    dossier = con.execute(sa.select(t.dossier.c.body).where(t.dossier.c.case_no == case_no)).scalar_one()
    pieces = {"01_证据.json": zlib.decompress(dossier)}
    tables = {
        "02_案件.json": t.cases,
        "03_费用认定.json": t.case_line,
        "04_疑点.json": t.case_finding,
        "05_复议.json": t.appeal,
        "06_追回.json": t.recovery,
        "07_经过.json": t.event,
    }
    for name, table in tables.items():
        rows = con.execute(sa.select(table).where(table.c.case_no == case_no).order_by(*table.primary_key)).mappings()
        pieces[name] = _json([dict(row) for row in rows])
    a = t.attachment.c
    files = con.execute(
        sa.select(a.id, a.name, a.body).where(a.case_no == case_no, a.removed_at.is_(None)).order_by(a.id)
    )
    for number, file in enumerate(files, start=8):
        pieces[f"{number:02d}_附件_{file.id}_{file.name}"] = file.body
    return pieces


def keep(con: Connection, case_no: str) -> None:
    """Write down the pieces of the case's file with their hashes, in the place of an earlier list."""
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
            for place, (name, body) in enumerate(case_file(con, case_no).items(), start=1)
        ],
    )


def get_archive(p: Principal, book: Casebook, case_no: str) -> list[Row]:
    """Return the list of an archived case's pieces; empty before it is archived."""
    with book.engine.connect() as con:
        fetch(p, con, case_no)
        query = sa.select(t.archive_item).where(t.archive_item.c.case_no == case_no).order_by(t.archive_item.c.place)
        return [dict(row) for row in con.execute(query).mappings()]


def export_case(p: Principal, book: Casebook, case_no: str) -> bytes:
    """Return the case's file as a zip with a list of hashes; the export stands in the trail."""
    with writing(book.engine) as con:
        state = fetch(p, con, case_no)["state"]
        pieces = case_file(con, case_no)
        hashes = {name: hashlib.sha256(body).hexdigest() for name, body in pieces.items()}
        detail = {"pieces": len(pieces)}
        append(con, book.now(), [Event("export", p.login, p.name, case_no, state, state, None, detail, p.ip)])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in {**pieces, LIST_NAME: _json(hashes)}.items():
            archive.writestr(zipfile.ZipInfo(name, _OLDEST), body, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode()
