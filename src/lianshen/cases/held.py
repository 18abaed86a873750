"""What the casebook already holds of a night's settlements, and how sealed evidence is compared with it.

A case beyond *new* keeps the findings it was sealed with. Where the warehouse now says something else about the
settlements it holds, the difference is told once, and told again only when it becomes another difference.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import tables as t
from lianshen.cases.building import Row
from lianshen.cases.events import SYSTEM, Event
from lianshen.cases.gather import Found

CHUNK = 900
"""Values in one IN list: below the limit of the oldest SQLite."""


@dataclass
class Held:
    """The cases that hold any settlement of the night, locked: their rows, and who holds which settlement."""

    rows: dict[str, Row]
    holder: dict[str, str]

    @classmethod
    def read(cls, book: Connection, setl_ids: Collection[str]) -> Held:
        s = t.case_settlement.c
        numbers = sorted({row.case_no for row in in_chunks(book, sa.select(s.case_no), s.setl_id, setl_ids)})
        c = t.cases.c
        columns = sa.select(
            c.case_no, c.case_key, c.state, c.at_issue, c.evidence_sha256, c.changed_sha256, c.version, c.moved_by
        )
        rows = in_chunks(book, columns.with_for_update(), c.case_no, numbers)
        pairs = in_chunks(book, sa.select(s.setl_id, s.case_no), s.case_no, numbers)
        return cls({row.case_no: dict(row._mapping) for row in rows}, {row.setl_id: row.case_no for row in pairs})

    def is_sealed(self, setl_id: str) -> bool:
        """Return whether a case beyond *new* holds the settlement."""
        number = self.holder.get(setl_id)
        return number is not None and self.rows[number]["state"] != "new"


def in_chunks(
    book: Connection, query: sa.Select[Any], column: sa.Column[str], values: Iterable[str]
) -> list[sa.Row[Any]]:
    """Return the rows of the query whose column is one of the values."""
    every = sorted(values)
    found: list[sa.Row[Any]] = []
    for start in range(0, len(every), CHUNK):
        found += book.execute(query.where(column.in_(every[start : start + CHUNK]))).all()
    return found


def night_event(action: str, case_no: str, before: str | None, after: str | None, detail: Mapping[str, Any]) -> Event:
    """Return an event of the night itself."""
    return Event(action, *SYSTEM, case_no=case_no, before=before, after=after, detail=detail)


Stated = dict[str, dict[str, Any]]
"""What findings claim, by finding id: the part of the evidence whose change is told."""


def mark_moved(book: Connection, held: Held, findings: Iterable[Found]) -> list[Event]:
    """Mark sealed cases whose findings are no longer what they were sealed with; return one event for each news."""
    sealed = {number for number, row in held.rows.items() if row["state"] != "new"}
    if not sealed:
        return []
    then = _as_sealed(book, sealed)
    present: dict[str, Stated] = {number: {} for number in sealed}
    for found in findings:
        number = held.holder.get(found.setl_id)
        if number in present:
            present[number][found.finding_id] = _stated(found)
    events: list[Event] = []
    for number in sorted(sealed):
        was = held.rows[number]
        stated = json.dumps(present[number], ensure_ascii=False, sort_keys=True)
        digest = None if present[number] == then[number] else hashlib.sha256(stated.encode()).hexdigest()
        if digest == was["changed_sha256"]:
            continue
        action = "evidence_restored" if digest is None else "evidence_changed"
        detail = _difference(then[number], present[number])
        events.append(night_event(action, number, was["state"], was["state"], detail))
        # A page that was opened before must learn of it before its next action counts.
        moved = {"changed_sha256": digest, "version": was["version"] + 1}
        book.execute(t.cases.update().where(t.cases.c.case_no == number).values(**moved))
    return events


def _stated(found: Found) -> dict[str, Any]:
    return {
        "rule": found.source_id,
        "setl_id": found.setl_id,
        "linked_setl_id": found.linked_setl_id,
        "a0": found.a0,
        "a1": found.a1,
        "counted": found.counted,
        "exposure": found.exposure,
        "because": found.because,
    }


def _as_sealed(book: Connection, numbers: Collection[str]) -> dict[str, Stated]:
    f = t.case_finding.c
    query = sa.select(
        f.case_no, f.finding_id, f.rule_id.label("rule"), f.setl_id, f.linked_setl_id, f.a0, f.a1, f.counted,
        f.exposure, f.because,
    )  # fmt: skip
    then: dict[str, Stated] = {number: {} for number in numbers}
    for row in in_chunks(book, query, f.case_no, numbers):
        values = dict(row._mapping)
        then[values.pop("case_no")][values.pop("finding_id")] = values
    return then


def _difference(then: Stated, now: Stated) -> dict[str, Any]:
    def brief(stated: Stated, ids: Iterable[str]) -> list[dict[str, Any]]:
        return [{"finding": key, "rule": stated[key]["rule"], "counted": stated[key]["counted"]} for key in sorted(ids)]

    moved = [key for key in then.keys() & now.keys() if then[key] != now[key]]
    return {
        "added": brief(now, now.keys() - then.keys()),
        "removed": brief(then, then.keys() - now.keys()),
        "moved": [
            {"finding": key, "rule": now[key]["rule"], "counted": [then[key]["counted"], now[key]["counted"]]}
            for key in sorted(moved)
        ],
        "at_issue": [sum(f["counted"] for f in then.values()), sum(f["counted"] for f in now.values())],
    }
