"""What becomes of files that people added to a new case which the night takes away.

Where its settlements are in another case now, the files go there. Where nothing is left of its findings, the case is
not removed but dropped, with the evidence it had: what a person put somewhere is found where it was put.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import tables as t
from lianshen.cases.events import SYSTEM, Event
from lianshen.cases.held import in_chunks, night_event

Files = dict[str, list[int]]
"""Numbers of attachments by the case that holds them."""


def files_of(book: Connection, numbers: Sequence[str]) -> Files:
    """Return the files of these cases, hidden ones too."""
    a = t.attachment.c
    found: Files = {}
    for row in in_chunks(book, sa.select(a.case_no, a.id).order_by(a.id), a.case_no, numbers):
        found.setdefault(row.case_no, []).append(row.id)
    return found


def let_go(book: Connection, files: Iterable[int]) -> None:
    """Take files out of a case that is removed, so that they do not go with it."""
    a = t.attachment
    for file in files:
        book.execute(a.update().where(a.c.id == file).values(case_no=None))


def give(book: Connection, files: Mapping[str, list[int]]) -> list[Event]:
    """Put files into the cases that took over the settlements, and return an event for each case."""
    a = t.attachment
    events = []
    for number, ids in sorted(files.items()):
        for file in ids:
            book.execute(a.update().where(a.c.id == file).values(case_no=number))
        rows = book.execute(sa.select(a.c.id, a.c.name, a.c.sha256, a.c.kind).where(a.c.id.in_(ids)).order_by(a.c.id))
        detail = {"files": [dict(row) for row in rows.mappings()]}
        events.append(night_event("files_moved", number, None, None, detail))
    return events


def drop(book: Connection, case_no: str, version: int, at_issue: int, now: datetime) -> Event:
    """Drop a case whose findings are gone and whose files are not; return the event."""
    values = {"state": "dropped", "version": version + 1, "moved_by": SYSTEM[0], "moved_action": "drop",
              "moved_at": now}  # fmt: skip
    book.execute(t.cases.update().where(t.cases.c.case_no == case_no).values(**values))
    why = "疑点已不存在，案件附有材料，保留备查"
    return Event("drop", *SYSTEM, case_no, "new", "dropped", why, {"at_issue": at_issue})
