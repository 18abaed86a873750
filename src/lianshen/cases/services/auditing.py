"""The auditor's view: the trail, whether its chain holds, who looked at what; and taking the trail out."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from io import StringIO
from typing import Any

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, Refused
from lianshen.cases.events import Event, append, chain_head, verify_events
from lianshen.cases.services.exporting import FORMULA
from lianshen.cases.services.scope import Row
from lianshen.cases.store import Casebook, writing
from lianshen.config import SHANGHAI

PAGE = 100
MOST_EXPORTED = 100_000
BATCH = 500
FIRST_DAY = date(2000, 1, 1)
"""Days before it are taken for it: no trail is older, and a database may not know them."""
VERIFIED = "trail_verified"
COLUMNS = {
    "seq": "序号", "at": "时间", "actor": "账号", "actor_name": "姓名", "action": "操作", "case_no": "案件编号",
    "before": "之前", "after": "之后", "reason": "说明", "detail": "明细", "ip": "地址", "hash": "摘要",
}  # fmt: skip


@dataclass(frozen=True)
class TrailFilter:
    """Which events: of a case, by a login, of an action, from one day to another in Shanghai (both inclusive)."""

    case_no: str = ""
    actor: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None

    def said(self) -> dict[str, str]:
        """Return what was asked for, as the trail keeps it."""
        return {name: str(value) for name, value in asdict(self).items() if value}


def search_trail(
    p: Principal, book: Casebook, f: TrailFilter, before: int | None = None, limit: int = PAGE
) -> list[Row]:
    """Return events, newest first, from the one before number ``before`` on.

    :raises Forbidden: unless the principal is an auditor.
    """
    _only_auditor(p)
    e = t.event.c
    query = sa.select(t.event).where(*_events(f), *([e.seq < before] if before else []))
    with book.engine.connect() as con:
        return [dict(row) for row in con.execute(query.order_by(e.seq.desc()).limit(min(limit, PAGE))).mappings()]


def search_views(p: Principal, book: Casebook, f: TrailFilter, limit: int = PAGE) -> list[Row]:
    """Return who opened which case, newest first: at, login, case_no, what, ip. The action of the filter is ignored.

    :raises Forbidden: unless the principal is an auditor.
    """
    _only_auditor(p)
    v = t.view_log.c
    where = _days(v.at, f)
    if f.case_no:
        where.append(v.case_no == f.case_no)
    if f.actor:
        where.append(v.login == f.actor)
    with book.engine.connect() as con:
        query = sa.select(v.at, v.login, v.case_no, v.what, v.ip).where(*where).order_by(v.id.desc()).limit(limit)
        return [dict(row) for row in con.execute(query).mappings()]


def trail_actions(p: Principal, book: Casebook) -> list[str]:
    """Return the actions that the trail knows.

    :raises Forbidden: unless the principal is an auditor.
    """
    _only_auditor(p)
    with book.engine.connect() as con:
        return list(con.scalars(sa.select(sa.distinct(t.event.c.action)).order_by(t.event.c.action)))


def chain_state(p: Principal, book: Casebook) -> Row:
    """Return where the chain ends and when it was last walked: ``{"seq", "hash", "checked"}``.

    ``checked`` is the event of the last walk, or None.

    :raises Forbidden: unless the principal is an auditor.
    """
    _only_auditor(p)
    e = t.event.c
    seq, last = chain_head(book.engine)
    query = sa.select(t.event).where(e.action == VERIFIED).order_by(e.seq.desc()).limit(1)
    with book.engine.connect() as con:
        checked = con.execute(query).mappings().one_or_none()
    return {"seq": seq, "hash": last, "checked": dict(checked) if checked else None}


def verify_trail(p: Principal, book: Casebook) -> Row:
    """Walk the whole chain and put into the trail that it was walked and what was found.

    Return ``{"events", "broken", "is_noted"}``: how many links, the first broken one or None, and whether the walk
    could be put into the trail: one that was bent at its end takes nothing more.

    :raises Forbidden: unless the principal is an auditor.
    """
    _only_auditor(p)
    seq, last = chain_head(book.engine)
    broken = verify_events(book.engine)
    detail = {"events": seq, "head": last, "broken": None if broken is None else broken.seq}
    reason = None if broken is None else f"第 {broken.seq} 条：{broken.why}"
    try:
        with writing(book.engine) as con:
            append(con, book.now(), [Event(VERIFIED, p.login, p.name, reason=reason, detail=detail, ip=p.ip)])
    except sa.exc.IntegrityError:
        if broken is None:
            raise
        return {"events": seq, "broken": broken, "is_noted": False}
    return {"events": seq, "broken": broken, "is_noted": True}


def export_trail(p: Principal, book: Casebook, f: TrailFilter) -> Iterator[Row]:
    """Record the export in the trail, then return its events in their order, oldest first.

    :raises Forbidden: unless the principal is an auditor.
    :raises Refused: for more than :data:`MOST_EXPORTED` events.
    """
    _only_auditor(p)
    e = t.event.c
    where = _events(f)
    with writing(book.engine) as con:
        number = con.scalar(sa.select(sa.func.count()).select_from(t.event).where(*where)) or 0
        if number > MOST_EXPORTED:
            raise Refused(f"符合条件的记录有 {number:,} 条，一次最多导出 {MOST_EXPORTED:,} 条；请缩小日期范围")
        last = _last_number(con)
        detail = {"filter": f.said(), "events": number, "as": "trail-csv"}
        append(con, book.now(), [Event("export", p.login, p.name, detail=detail, ip=p.ip)])
    return _stream(book, sa.select(t.event).where(*where, e.seq <= last).order_by(e.seq))


def _last_number(con: sa.Connection) -> int:
    return int(con.scalar(sa.select(t.event_head.c.seq)) or 0)


def _stream(book: Casebook, query: sa.Select[Any]) -> Iterator[Row]:
    with book.engine.connect().execution_options(stream_results=True, max_row_buffer=1_000) as con:
        for row in con.execute(query).mappings():
            yield dict(row)


def trail_csv(rows: Iterable[Row]) -> Iterator[str]:
    """Return events as CSV with Chinese headings, piece by piece; a spreadsheet takes no cell for a formula."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS.values())
    for number, row in enumerate(rows):
        writer.writerow([_cell(row[name]) for name in COLUMNS])
        if number % BATCH == BATCH - 1:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _events(f: TrailFilter) -> list[sa.ColumnElement[bool]]:
    e = t.event.c
    where = _days(e.at, f)
    for column, wanted in ((e.case_no, f.case_no), (e.actor, f.actor), (e.action, f.action)):
        if wanted:
            where.append(column == wanted)
    return where


def _days(column: sa.Column[Any], f: TrailFilter) -> list[sa.ColumnElement[bool]]:
    since = [column >= datetime.combine(max(f.since, FIRST_DAY), time(), SHANGHAI)] if f.since else []
    until = [column <= datetime.combine(max(f.until, FIRST_DAY), time.max, SHANGHAI)] if f.until else []
    return since + until


def _only_auditor(p: Principal) -> None:
    if p.role != "auditor":
        raise Forbidden(f"{p.role_name}不能查看审计记录；请审计员操作")
