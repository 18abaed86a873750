"""What agencies' systems are told: written in the transaction of the change, delivered afterwards.

What was committed is told and nothing else is; each delivery keeps its key through every attempt, so that a
receiver can tell a repetition from news. A delivery says what happened to which case and no more: what the case says
is read through the interface, under the scope of whoever reads.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.agency import agencies
from lianshen.cases import tables as t
from lianshen.cases.domain import AT_THE_CENTRE_ONLY
from lianshen.cases.events import Event
from lianshen.cases.store import Casebook, writing

LEAVING = frozenset({"transfer", "reject_scope", "withdraw", "undo"})
"""Actions by which a case may leave an agency."""
INSURED = frozenset({"release", "confirm", "reopen", "recover", "reverse"})
"""Actions that the region is told of that insures the person, where another one treated: sent, decided and closed,
taken up again, money that came back (Art. 12)."""
KEPT = timedelta(days=30)
"""How long what was delivered stays for questions."""


def tell_systems(con: Connection, book: Casebook, case: Mapping[str, Any] | sa.RowMapping, event: Event) -> None:
    """Write what happened to a case down for the webhooks whose agencies it concerns.

    That is the one that handles it, one that it left, and for :data:`INSURED` the one that insures the person.
    """
    is_at_the_centre = event.after in AT_THE_CENTRE_ONLY
    if event.before in AT_THE_CENTRE_ONLY and is_at_the_centre:
        return
    w = t.webhook.c
    insured = _insured_elsewhere(case)
    desks = (case["treating_agency"], case["county"], *([insured] if insured else []))
    hooks = con.execute(sa.select(w.id, w.agency).where(w.is_active, w.agency.in_(desks))).all()
    concerned = {hook.id for hook in hooks if hook.agency == insured}
    told = {hook.id for hook in hooks} - concerned
    left: set[int] = set()
    if event.action in LEAVING:
        o = t.outbox.c
        earlier = sa.select(o.webhook_id).join(t.webhook, w.id == o.webhook_id)
        left = set(con.scalars(earlier.where(o.case_no == case["case_no"], w.is_active).distinct())) - told
        left -= set() if is_at_the_centre else concerned
    if event.action not in INSURED:
        concerned = set()
    if not told and not left and not concerned:
        return
    due = case["due_at"]
    case_no = case["case_no"]
    whole = {"case_no": case_no, "state": case["state"], "before": event.before, "version": case["version"],
             "severity": case["severity"], "due_at": due and due.isoformat(), "decision": case["decision"]}  # fmt: skip
    url, kind = f"/api/v1/cases/{case_no}", f"case.{event.action}"
    summary = {name: whole[name] for name in ("case_no", "state", "decision")}
    # Whom the case has left may know that, and not where it went.
    _write(con, book, [(hook, kind, {"case": whole, "url": url}, case_no) for hook in told]
           + [(hook, f"insured.{event.action}", {"case": summary, "url": url}, case_no) for hook in concerned]
           + [(hook, "case.left", {"case": {"case_no": case_no}}, case_no) for hook in left])  # fmt: skip


def _insured_elsewhere(case: Mapping[str, Any] | sa.RowMapping) -> str | None:
    """Return the agency that insures the person, where it is not the region that treated."""
    insured = next((agency.code for agency in agencies().values() if agency.pool == case["insu_pool"]), None)
    return None if insured is None or insured[:4] == case["treating_agency"][:4] else insured


def tell_systems_of_inquiry(con: Connection, book: Casebook, kind: str, told: Iterable[tuple[str, str | None]]) -> None:
    """Write a step of an inquiry down for the webhooks of the agencies told; ``told`` has agency and number."""
    w = t.webhook.c
    numbers: dict[str, set[str]] = {}
    for agency, inquiry_no in told:
        if inquiry_no is not None:
            numbers.setdefault(agency, set()).add(inquiry_no)
    if not numbers:
        return
    hooks = con.execute(sa.select(w.id, w.agency).where(w.is_active, w.agency.in_(numbers))).all()
    _write(con, book, [
        (hook.id, f"inquiry.{kind}", {"inquiry": {"inquiry_no": number}, "url": f"/api/v1/inquiries/{number}"}, None)
        for hook in hooks for number in sorted(numbers[hook.agency])
    ])  # fmt: skip


def _write(con: Connection, book: Casebook, told: list[tuple[int, str, dict[str, Any], str | None]]) -> None:
    if not told:
        return
    seq, now = con.scalar(sa.select(t.event_head.c.seq)) or 0, book.now()
    rows = []
    for hook, kind, said, case_no in sorted(told, key=lambda one: one[0]):
        key = uuid.uuid4().hex
        body = {"id": key, "type": kind, "sequence": seq, "at": now.isoformat(), **said}
        rows.append({"webhook_id": hook, "event_seq": seq, "case_no": case_no, "key": key, "state": "waiting",
                     "attempts": 0, "next_at": now, "body": json.dumps(body, ensure_ascii=False)})  # fmt: skip
    con.execute(t.outbox.insert(), rows)


@dataclass(frozen=True)
class Delivery:
    """One attempt under way: what to send where, and how often it failed before."""

    id: int
    url: str
    secret: str
    key: str
    body: bytes
    attempts: int


def hooks_due(book: Casebook) -> list[int]:
    """Return the webhooks that have something to be sent now."""
    o, w = t.outbox.c, t.webhook.c
    due = sa.select(o.webhook_id).where(o.state == "waiting", o.next_at <= book.now()).distinct()
    with book.engine.connect() as con:
        return list(con.scalars(sa.select(w.id).where(*_is_sent_to(), w.id.in_(due)).order_by(w.id)))


def _is_sent_to() -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions on webhooks that get what waits for them; what a paused one is told waits."""
    return (t.webhook.c.is_active, t.webhook.c.paused_at.is_(None))


def take(book: Casebook, hook: int, lease: timedelta) -> Delivery | None:
    """Take the oldest delivery of a webhook that is due, and keep other deliverers off it for ``lease``.

    Whoever dies with it has lost nothing: after the lease it is due again, with the same key.
    """
    o, w, now = t.outbox.c, t.webhook.c, book.now()
    oldest = (
        sa.select(o.id, o.next_at, o.key, o.body, o.attempts, w.url, w.secret)
        .join(t.webhook, w.id == o.webhook_id)
        .where(o.webhook_id == hook, o.state == "waiting", o.next_at <= now, *_is_sent_to())
        .order_by(o.id)
        .limit(1)
    )
    with writing(book.engine) as con:
        row = con.execute(oldest).one_or_none()
        if row is None:
            return None
        mine = (o.id == row.id, o.state == "waiting", o.next_at == row.next_at)
        if con.execute(t.outbox.update().where(*mine).values(next_at=now + lease)).rowcount != 1:
            return None
    return Delivery(row.id, row.url, row.secret, row.key, row.body.encode(), row.attempts)


def note_delivered(book: Casebook, delivery: Delivery) -> None:
    """Write down that a delivery was taken."""
    values = {"state": "delivered", "delivered_at": book.now(), "attempts": delivery.attempts + 1, "last_error": None}
    _note(book, delivery, values)


def note_failed(book: Casebook, delivery: Delivery, why: str, again_at: datetime | None) -> None:
    """Write down that an attempt failed, and when the next one is; None: there is none, the letter is dead."""
    values: dict[str, Any] = {"attempts": delivery.attempts + 1, "last_error": why[:400]}
    _note(book, delivery, {**values, "state": "dead"} if again_at is None else {**values, "next_at": again_at})


def _note(book: Casebook, delivery: Delivery, values: Mapping[str, Any]) -> None:
    o = t.outbox.c
    with writing(book.engine) as con:
        con.execute(t.outbox.update().where(o.id == delivery.id, o.state == "waiting").values(**values))


def prune_delivered(book: Casebook) -> int:
    """Forget what was delivered a month ago; return how many. What waits and what is dead stays."""
    o = t.outbox.c
    with writing(book.engine) as con:
        old = t.outbox.delete().where(o.state == "delivered", o.delivered_at < book.now() - KEPT)
        return con.execute(old).rowcount
