"""Requests that may arrive twice: what came of the first is kept for a day, and the second gets the same answer.

A claim on the key is written before the work. The work's own transaction notes that it took effect, so that a server
that dies leaves one of two things behind: nothing done and a claim that the next attempt takes over, or the work done
and a note that says so. In neither case is it done twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import tables as t
from lianshen.cases.errors import KeyInUse, KeyReused
from lianshen.cases.store import Casebook, writing

KEPT = timedelta(days=1)
LEASE = timedelta(seconds=20)
"""How long a claim is believed to be worked on. Taking over one that is worked on after all costs its first writer the
write, and does nothing twice."""
TOOK_EFFECT = 0
"""The status of a claim whose work was committed and whose answer is not known."""


@dataclass(frozen=True)
class Claim:
    """The right to work on a request; ``at`` tells it from a claim that took it over."""

    login: str
    key: str
    at: datetime


@dataclass(frozen=True)
class Answer:
    """What was answered the first time."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def claim(book: Casebook, login: str, key: str, request_sha256: str) -> Claim | Answer:
    """Claim a key for a request, or return the answer that this request got before.

    :raises KeyReused: if the key came with another request.
    :raises KeyInUse: while the first is being worked on, or if it took effect and its answer was lost.
    """
    now, c = book.now(), t.idempotency.c
    mine = (c.login == login, c.key == key)
    with writing(book.engine) as con:
        con.execute(t.idempotency.delete().where(c.at < now - KEPT))
        # Where two arrive at once the primary key lets one in, and the other finds its row.
        begun = sa.select(t.idempotency).where(*mine)
        found = con.execute(begun).mappings().one_or_none()
        if found is None:
            try:
                with con.begin_nested():
                    con.execute(
                        t.idempotency.insert().values(login=login, key=key, request_sha256=request_sha256, at=now)
                    )
                return Claim(login, key, now)
            except sa.exc.IntegrityError:
                found = con.execute(begun).mappings().one()
        if found["request_sha256"] != request_sha256:
            raise KeyReused(key)
        if found["status"]:
            return Answer(found["status"], json.loads(found["headers"] or "{}"), found["response"] or b"")
        is_over = now - found["at"] > LEASE
        if not is_over or found["status"] == TOOK_EFFECT:
            raise KeyInUse(key, is_lost=is_over)
        taken = t.idempotency.update().where(*mine, c.at == found["at"], c.status.is_(None)).values(at=now)
        if con.execute(taken).rowcount != 1:
            raise KeyInUse(key, is_lost=False)
    return Claim(login, key, now)


def noting(held: Claim) -> Callable[[Connection], None]:
    """Return what a write of the claimed request does last: it notes that the request took effect.

    The note fails, and the write with it, where another attempt has taken the claim over.
    """

    def note(con: Connection) -> None:
        if con.execute(_row(held).values(status=TOOK_EFFECT)).rowcount != 1:
            raise KeyInUse(held.key, is_lost=False)

    return note


def keep(book: Casebook, held: Claim, answer: Answer) -> None:
    """Keep the answer for whoever asks again."""
    headers = json.dumps(dict(answer.headers), ensure_ascii=False)
    with writing(book.engine) as con:
        con.execute(_row(held).values(status=answer.status, headers=headers, response=answer.body))


def release(book: Casebook, held: Claim) -> None:
    """Give the key back after a failure that did nothing; where something was done the note of it stays."""
    c = t.idempotency.c
    with writing(book.engine) as con:
        con.execute(
            t.idempotency.delete().where(c.login == held.login, c.key == held.key, c.at == held.at, c.status.is_(None))
        )


def _row(held: Claim) -> sa.Update:
    c = t.idempotency.c
    return t.idempotency.update().where(c.login == held.login, c.key == held.key, c.at == held.at)
