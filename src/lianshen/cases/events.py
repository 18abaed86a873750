"""The trail: append-only, each row hashed together with the row before it.

One chain runs through the whole casebook, so that a row that is changed, taken out or slipped in breaks it
at that place. The head row is locked while a row is appended: writers queue up there, and numbers have no gaps.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

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


def event_hash(row: Mapping[str, Any]) -> str:
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


@dataclass(frozen=True)
class BrokenLink:
    """The first place where the trail does not hold together."""

    seq: int
    case_no: str | None
    why: str


def verify_events(engine: Engine, batch: int = 20_000) -> BrokenLink | None:
    """Walk the whole trail and return its first broken link, or None where it is whole.

    Finds a row that was changed, removed, added or reordered, and a tail that was cut off. It cannot find a
    trail that was rewritten from some point to its end together with the head: keep a copy of the head's hash
    elsewhere (:func:`chain_head`) and compare.
    """
    seq, last = 0, ""
    with engine.connect() as con:
        rows: Sequence[sa.RowMapping]
        while (
            rows := con.execute(sa.select(t.event).where(t.event.c.seq > seq).order_by(t.event.c.seq).limit(batch))
            .mappings()
            .all()
        ):
            for row in rows:
                if row["seq"] != seq + 1:
                    return BrokenLink(seq + 1, None, f"第 {seq + 1} 条缺失")
                if row["prev_hash"] != last:
                    return BrokenLink(row["seq"], row["case_no"], "与上一条的摘要不衔接")
                if event_hash(dict(row)) != row["hash"]:
                    return BrokenLink(row["seq"], row["case_no"], "内容与摘要不符")
                seq, last = row["seq"], row["hash"]
        head = con.execute(sa.select(t.event_head.c.seq, t.event_head.c.hash)).one()
    if (head.seq, head.hash) != (seq, last):
        return BrokenLink(seq + 1, None, f"链尾被截断：应有 {head.seq} 条，实有 {seq} 条")
    return None


def chain_head(engine: Engine) -> tuple[int, str]:
    """Return the number and the hash of the last event, to be kept where the casebook's keepers cannot write."""
    with engine.connect() as con:
        head = con.execute(sa.select(t.event_head.c.seq, t.event_head.c.hash)).one()
    return head.seq, head.hash
