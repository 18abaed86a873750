"""The trail: append-only, each row hashed together with the row before it.

One chain runs through the whole casebook, so that a row that is changed, taken out or slipped in breaks it
at that place. The head row is locked while a row is appended: writers queue up there, and numbers have no gaps.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from lianshen.cases import tables as t

HASHED = (
    "seq",
    "at",
    "case_no",
    "actor",
    "actor_name",
    "action",
    "before",
    "after",
    "reason",
    "detail",
    "ip",
    "prev_hash",
)
INSERT_ROWS = 2_000


@dataclass(frozen=True)
class Event:
    """What happened, before it has its place in the chain. ``detail`` is anything JSON can say."""

    action: str
    actor: str
    actor_name: str
    case_no: str | None = None
    before: str | None = None
    after: str | None = None
    reason: str | None = None
    detail: Mapping[str, Any] | None = None
    ip: str | None = None


SYSTEM = ("system", "夜间筛查")
"""Login and name of what the night itself does; no account may take the login."""


def event_hash(row: Mapping[str, Any] | sa.RowMapping) -> str:
    """Return the hash of one row of the trail over everything it says and the hash before it."""
    said = {name: row[name] for name in HASHED}
    said["at"] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def append(con: Connection, at: datetime, events: Iterable[Event]) -> int:
    """Append events in their order within the caller's transaction; return how many."""
    pending = list(events)
    if not pending:
        return 0
    head = con.execute(sa.select(t.event_head.c.seq, t.event_head.c.hash).with_for_update()).one()
    seq, last = head.seq, head.hash
    rows: list[dict[str, Any]] = []
    for event in pending:
        seq += 1
        row: dict[str, Any] = {
            "seq": seq,
            "at": at,
            "case_no": event.case_no,
            "actor": event.actor,
            "actor_name": event.actor_name,
            "action": event.action,
            "before": event.before,
            "after": event.after,
            "reason": event.reason,
            "detail": None if event.detail is None else json.dumps(event.detail, ensure_ascii=False, sort_keys=True),
            "ip": event.ip or None,
            "prev_hash": last,
        }
        row["hash"] = last = event_hash(row)
        rows.append(row)
    for start in range(0, len(rows), INSERT_ROWS):
        con.execute(t.event.insert(), rows[start : start + INSERT_ROWS])
    con.execute(t.event_head.update().values(seq=seq, hash=last))
    return len(rows)


Kind = Literal["edited", "missing", "reordered", "added", "cut", "rewritten"]


@dataclass(frozen=True)
class BrokenLink:
    """A place where the trail does not hold together: the number of the row and what happened to it."""

    seq: int
    case_no: str | None
    why: str
    kind: Kind = "edited"


@dataclass(frozen=True)
class KeptHead:
    """Number and hash of an event that was once the last, as it was kept outside of the casebook."""

    seq: int
    hash: str


def verify_events(engine: Engine, batch: int = 20_000, kept: Iterable[KeptHead] = ()) -> BrokenLink | None:
    """Walk the whole trail and return its first broken link, or None where it is whole; others may go on writing."""
    return next(broken_links(engine, batch, kept), None)


def broken_links(engine: Engine, batch: int = 20_000, kept: Iterable[KeptHead] = ()) -> Iterator[BrokenLink]:
    """Walk the whole trail and yield every row that was changed, taken out, moved, added or cut off.

    A trail that was rewritten from some row to its end together with its head holds together in itself: that shows
    only against heads that were ``kept`` where the casebook's keepers cannot write (:func:`chain_head`).
    """
    with _snapshot(engine) as con:
        head = con.execute(sa.select(t.event_head.c.seq, t.event_head.c.hash)).one()
        wanted = {one.seq: one.hash for one in kept}
        seq, last = 0, ""
        while rows := _rows_after(con, seq, batch):
            for row in rows:
                if row["seq"] > head.seq:
                    yield BrokenLink(row["seq"], row["case_no"], "在链头之后添加，不属于链", "added")
                    continue
                if row["seq"] > seq + 1:
                    first, gone = seq + 1, row["seq"] - seq - 1
                    yield BrokenLink(
                        first, None, f"第 {first} 条缺失" + (f"，共缺 {gone} 条" if gone > 1 else ""), "missing"
                    )
                yield from _of_row(row, last if row["seq"] == seq + 1 else None, head.seq)
                if (digest := wanted.pop(row["seq"], row["hash"])) != row["hash"]:
                    yield BrokenLink(
                        row["seq"], row["case_no"], f"与另存的链头 {digest[:12]}… 不符，此前已被改写", "rewritten"
                    )
                seq, last = row["seq"], row["hash"]
            if rows[-1]["seq"] > head.seq:
                break
        if seq < head.seq:
            yield BrokenLink(seq + 1, None, f"链尾被截断：应有 {head.seq} 条，实有 {seq} 条", "cut")
        elif last != head.hash:
            yield BrokenLink(seq, None, "末条与链头不符，末条已被改写", "edited")
        for missing in sorted(wanted):
            yield BrokenLink(missing, None, f"另存的链头是第 {missing} 条，现在只有 {seq} 条", "cut")


def _of_row(row: sa.RowMapping, last: str | None, length: int) -> Iterator[BrokenLink]:
    """Yield what is wrong with one row; ``last`` is the hash of the row before, None where that is missing."""
    if event_hash(row) != row["hash"]:
        # Everything a row says is hashed, its number too: with its own number it proves itself again.
        own = next((n for n in range(1, length + 2) if event_hash({**row, "seq": n}) == row["hash"]), None)
        if own is None:
            yield BrokenLink(row["seq"], row["case_no"], "内容与摘要不符，已被改动", "edited")
        else:
            yield BrokenLink(row["seq"], row["case_no"], f"原为第 {own} 条，次序被改动", "reordered")
    elif last is not None and row["prev_hash"] != last:
        yield BrokenLink(row["seq"] - 1, None, "与下一条记得的摘要不衔接，已被改写", "edited")


def _rows_after(con: Connection, seq: int, batch: int) -> Sequence[sa.RowMapping]:
    query = sa.select(t.event).where(t.event.c.seq > seq).order_by(t.event.c.seq).limit(batch)
    return con.execute(query).mappings().all()


def _snapshot(engine: Engine) -> Connection:
    """Return a connection that sees one moment of the trail, whatever is written meanwhile."""
    con = engine.connect()
    return con.execution_options(isolation_level="REPEATABLE READ") if engine.dialect.name == "postgresql" else con


def chain_head(engine: Engine) -> tuple[int, str]:
    """Return the number and the hash of the last event, to be kept where the casebook's keepers cannot write."""
    with engine.connect() as con:
        head = con.execute(sa.select(t.event_head.c.seq, t.event_head.c.hash)).one()
    return head.seq, head.hash
