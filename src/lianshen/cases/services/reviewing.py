"""Tasks of the samples: stays that are looked at whatever the ranking says, in words that do not tell why.

Some are stays in which nothing was found, others those of cases that were dismissed. Whoever looks sees the stay and
not which it is, and never gets one that they decided themselves.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, NotFound, Refused
from lianshen.cases.events import Event, append
from lianshen.cases.services.scope import Row, agency_name
from lianshen.cases.store import Casebook, writing

REVIEWERS = frozenset({"reviewer", "lead"})
MIN_TEXT = 10
MOST_FEN = 10**12
SHOWN = ("task_no", "agency", "drawn_on", "minutes", "answered_by", "answered_at", "holds", "amount", "text")


def may_review(p: Principal) -> bool:
    """Return whether the principal answers tasks: the centre's reviewers, not the agencies whose work is looked at."""
    return p.role in REVIEWERS


def list_tasks(p: Principal, book: Casebook, *, done: bool = False, limit: int = 200) -> list[Row]:
    """Return the open tasks that the principal may answer, oldest first.

    ``done``: those that they answered, newest first.

    :raises Forbidden: for who answers none.
    """
    _require(p)
    task = t.review_task.c
    query = sa.select(*(task[name] for name in SHOWN)).limit(limit)
    if done:
        query = query.where(task.answered_by == p.login).order_by(task.answered_at.desc(), task.task_no)
    else:
        mine = task.barred.contains(f",{p.login},", autoescape=True)
        query = query.where(task.answered_at.is_(None), ~mine).order_by(task.drawn_on, task.task_no)
    with book.engine.connect() as con:
        return [{**row, "agency_name": agency_name(row["agency"])} for row in con.execute(query).mappings()]


def get_task(p: Principal, book: Casebook, task_no: str) -> Row:
    """Return a task with the stay: ``settlements`` and ``lines`` as rows of texts, money exact.

    :raises NotFound: if it does not exist, or is about something that the principal decided.
    """
    _require(p)
    with book.engine.connect() as con:
        row = _fetch(p, con, task_no)
    text = zlib.decompress(row["body"])
    if hashlib.sha256(text).hexdigest() != row["sha256"]:
        raise Refused(f"抽检任务 {task_no} 的封存内容与摘要不符；请联系管理员核对备份")
    body = json.loads(text)
    shown: Row = {name: row[name] for name in SHOWN}
    for name in ("settlements", "lines"):
        shown[name] = [dict(zip(body[name]["columns"], values, strict=True)) for values in body[name]["rows"]]
    return {**shown, "agency_name": agency_name(row["agency"])}


def answer_task(p: Principal, book: Casebook, task_no: str, *, holds: bool, amount: int, text: str) -> Row:
    """Keep what was found of a stay: whether there is a fault, what fund money it concerns (fen), and why.

    It moves no case and proposes no deduction; it says how much screening and dismissing overlook.

    :raises NotFound: if it does not exist, or is about something that the principal decided.
    :raises Refused: if it was answered, or the answer does not fit together.
    """
    _require(p)
    text = text.strip()
    if len(text) < MIN_TEXT:
        raise Refused(f"请写明依据，至少 {MIN_TEXT} 个字，现为 {len(text)} 个字")
    if not 0 <= amount < MOST_FEN:
        raise Refused(f"涉及基金 {amount / 100:.2f} 元无效；请填写 0 或正数")
    if amount and not holds:
        raise Refused("未发现问题时涉及基金应为 0")
    with writing(book.engine) as con:
        row = _fetch(p, con, task_no, lock=True)
        if row["answered_at"] is not None:
            raise Refused(f"抽检任务 {task_no} 已由 {row['answered_by']} 完成")
        now = book.now()
        answer = {"answered_by": p.login, "answered_at": now, "holds": holds, "amount": amount, "text": text}
        con.execute(t.review_task.update().where(t.review_task.c.task_no == task_no).values(**answer))
        detail: dict[str, Any] = {"task": task_no, "kind": row["kind"], "holds": holds, "fen": amount}
        event = Event("sample_answered", p.login, p.name, None, reason=text, detail=detail, ip=p.ip)
        append(con, now, [event])
    return get_task(p, book, task_no)


def _require(p: Principal) -> None:
    if not may_review(p):
        raise Forbidden(f"{p.role_name}不办理抽检任务")


def _fetch(p: Principal, con: Connection, task_no: str, *, lock: bool = False) -> sa.RowMapping:
    query = sa.select(t.review_task).where(t.review_task.c.task_no == task_no)
    row = con.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None or f",{p.login}," in row["barred"]:
        raise NotFound(task_no, "抽检任务")
    return row
