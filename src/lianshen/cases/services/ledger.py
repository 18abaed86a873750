"""The one way in which an entry comes into a case's ledger: row, sum, version, event and deliveries in one transaction.

Nothing is ever changed or taken out; a wrong entry is followed by its negative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection, RowMapping

from lianshen.cases import tables as t
from lianshen.cases.events import Event, append
from lianshen.cases.services.acting import conflict
from lianshen.cases.services.outbox import tell_systems
from lianshen.cases.store import Casebook


class Actor(NamedTuple):
    """Who enters something: a person, an agency's system, or the night itself."""

    login: str
    name: str
    ip: str | None = None


@dataclass(frozen=True)
class Entry:
    """Money that came back: ``amount`` in fen, negative where it ``reverses`` an earlier entry.

    ``way`` is a code of ``WAYS``; ``cycle`` the month of the clearing that carries it (YYYY-MM).
    """

    amount: int
    way: str
    voucher: str
    day: date
    cycle: str | None = None
    text: str | None = None
    reverses: int | None = None


class Entered(NamedTuple):
    """The number of an entry, and its case as it stands with it."""

    number: int
    case: Mapping[str, Any]


def enter(con: Connection, book: Casebook, actor: Actor, case: Mapping[str, Any] | RowMapping, entry: Entry) -> Entered:
    """Write ``entry`` into the ledger of ``case``, a locked row of the casebook, in the caller's transaction.

    A penalty comes on top of what was determined and is not counted as recovered.

    :raises Conflict: if the case changed since its row was read.
    """
    case_no, state, version = case["case_no"], case["state"], case["version"]
    made = con.execute(
        t.recovery.insert().values(
            case_no=case_no, amount=entry.amount, way=entry.way, voucher=entry.voucher[:60], day=entry.day,
            cycle=entry.cycle, text=entry.text and entry.text[:400], reverses=entry.reverses,
            entered_by=actor.login, entered_at=book.now(),
        )
    )  # fmt: skip
    number = int((made.inserted_primary_key or (0,))[0])
    values = {"recovered": case["recovered"] + (0 if entry.way == "penalty" else entry.amount), "version": version + 1}
    c = t.cases.c
    if con.execute(t.cases.update().where(c.case_no == case_no, c.version == version).values(**values)).rowcount != 1:
        raise conflict(con, case)
    detail = {"entry": number, "fen": entry.amount, "way": entry.way, "voucher": entry.voucher[:60],
              "day": str(entry.day), "cycle": entry.cycle}  # fmt: skip
    action = "reverse" if entry.reverses else "recover"
    event = Event(action, actor.login, actor.name, case_no, state, state, entry.text, detail, actor.ip)
    append(con, book.now(), [event])
    now = {**case, **values}
    tell_systems(con, book, now, event)
    return Entered(number, now)
