"""Webhooks: which agencies' systems are told, at which address; and the letters that could not be delivered."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.addresses import Reach, checked
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, Refused
from lianshen.cases.events import Event, append
from lianshen.cases.services.accounts import check_agency
from lianshen.cases.store import Casebook, writing

PREFIX = "whs_"
LISTED = 500


@dataclass(frozen=True)
class NewWebhook:
    """A new webhook: ``secret`` signs what is sent there, and is shown only now."""

    id: int
    secret: str


def add_webhook(p: Principal, book: Casebook, agency: str, url: str, reach: Reach) -> NewWebhook:
    """Tell the system of ``agency`` at ``url`` of everything that happens to its cases from now on.

    :raises Forbidden: unless the principal administers the system or its security.
    :raises Refused: for an unknown agency, or an address that may not be reached.
    """
    _only_administrators(p)
    check_agency(agency)
    url = checked(url, reach)
    secret, now = PREFIX + secrets.token_urlsafe(32), book.now()
    values = {"agency": agency, "url": url, "secret": secret, "is_active": True, "created_by": p.login,
              "created_at": now}  # fmt: skip
    with writing(book.engine) as con:
        made = con.execute(t.webhook.insert().values(**values))
        number = int((made.inserted_primary_key or (0,))[0])
        detail = {"webhook": number, "agency": agency, "url": url}
        append(con, now, [Event("webhook_added", p.login, p.name, detail=detail, ip=p.ip)])
    return NewWebhook(number, secret)


def list_webhooks(p: Principal, book: Casebook) -> list[dict[str, Any]]:
    """Return the webhooks without their secrets, with how many letters wait, how many are dead, and what failed last.

    :raises Forbidden: unless the principal is one of the three administrators.
    """
    if p.sees_cases:
        raise Forbidden(f"{p.role_name}不能查看推送地址")
    w, o = t.webhook.c, t.outbox.c

    def number(state: str) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((o.state == state, 1), else_=0)), 0).label(state)

    counted = sa.select(o.webhook_id, number("waiting"), number("dead")).group_by(o.webhook_id).subquery()
    failed = (
        sa.select(o.last_error)
        .where(o.webhook_id == w.id, o.state.in_(("waiting", "dead")), o.last_error.is_not(None))
        .order_by(o.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        sa.select(w.id, w.agency, w.url, w.is_active, w.paused_at, w.created_by, w.created_at,
                  sa.func.coalesce(counted.c.waiting, 0).label("waiting"),
                  sa.func.coalesce(counted.c.dead, 0).label("dead"),
                  failed.label("last_error"))
        .outerjoin(counted, counted.c.webhook_id == w.id).order_by(w.id)
    )  # fmt: skip
    with book.engine.connect() as con:
        return [{**row, "waiting": int(row["waiting"]), "dead": int(row["dead"])}
                for row in con.execute(query).mappings()]  # fmt: skip


def remove_webhook(p: Principal, book: Casebook, number: int) -> None:
    """Tell a webhook nothing any more; what still waits for it is dead.

    :raises Refused: if there is no such webhook.
    """
    _only_administrators(p)
    w, o, now = t.webhook.c, t.outbox.c, book.now()
    with writing(book.engine) as con:
        if con.execute(t.webhook.update().where(w.id == number, w.is_active).values(is_active=False)).rowcount != 1:
            raise Refused(f"no webhook {number}; see 'lianshen webhooks list'")
        waiting = t.outbox.update().where(o.webhook_id == number, o.state == "waiting")
        con.execute(waiting.values(state="dead", last_error="推送地址已移除"))
        append(con, now, [Event("webhook_removed", p.login, p.name, detail={"webhook": number}, ip=p.ip)])


def pause_webhook(p: Principal, book: Casebook, number: int) -> None:
    """Let what a webhook is told wait, as while its system is looked after; nothing of it is lost.

    :raises Refused: if there is no such webhook.
    """
    _set_paused(p, book, number, "webhook_paused", book.now())


def resume_webhook(p: Principal, book: Casebook, number: int) -> None:
    """Send a webhook what waits for it, and what comes.

    :raises Refused: if there is no such webhook.
    """
    _set_paused(p, book, number, "webhook_resumed", None)


def _set_paused(p: Principal, book: Casebook, number: int, action: str, paused_at: datetime | None) -> None:
    _only_administrators(p)
    w = t.webhook.c
    with writing(book.engine) as con:
        changed = t.webhook.update().where(w.id == number, w.is_active).values(paused_at=paused_at)
        if con.execute(changed).rowcount != 1:
            raise Refused(f"推送地址 {number} 不存在或已移除")
        append(con, book.now(), [Event(action, p.login, p.name, detail={"webhook": number}, ip=p.ip)])


def dead_letters(p: Principal, book: Casebook, hook: int | None = None) -> list[dict[str, Any]]:
    """Return the letters that were given up, the oldest first and at most 500: what for, how often tried, what failed.

    They do not say of which case: who administers the system sees none.

    :raises Forbidden: unless the principal is one of the three administrators.
    """
    if p.sees_cases:
        raise Forbidden(f"{p.role_name}不能查看未送达的推送")
    o = t.outbox.c
    query = sa.select(o.id, o.webhook_id, o.event_seq, o.key, o.attempts, o.last_error).where(o.state == "dead")
    if hook is not None:
        query = query.where(o.webhook_id == hook)
    with book.engine.connect() as con:
        return [dict(row) for row in con.execute(query.order_by(o.id).limit(LISTED)).mappings()]


def replay(p: Principal, book: Casebook, hook: int | None = None, letter: int | None = None) -> int:
    """Let dead letters be sent again, under the keys they had; return how many.

    :raises Refused: for a letter that is not dead, or whose webhook was removed.
    """
    _only_administrators(p)
    o, w, now = t.outbox.c, t.webhook.c, book.now()
    where = [o.state == "dead", o.webhook_id.in_(sa.select(w.id).where(w.is_active))]
    if hook is not None:
        where.append(o.webhook_id == hook)
    if letter is not None:
        where.append(o.id == letter)
    with writing(book.engine) as con:
        again = t.outbox.update().where(*where).values(state="waiting", attempts=0, next_at=now)
        number = con.execute(again).rowcount
        if letter is not None and number != 1:
            raise Refused(f"letter {letter} is not dead, or its webhook was removed; see 'lianshen webhooks dead'")
        if number:
            detail = {"letters": number, "webhook": hook, "letter": letter}
            append(con, now, [Event("webhook_replayed", p.login, p.name, detail=detail, ip=p.ip)])
    return number


def _only_administrators(p: Principal) -> None:
    if p.role not in ("sysadmin", "secadmin"):
        raise Forbidden(f"{p.role_name}不能管理推送地址；请系统管理员或安全管理员操作")
