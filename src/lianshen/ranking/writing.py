"""Keeping what a night's ranking came to: only rows that differ are written, so that doing it again changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import tables as t
from lianshen.cases.events import SYSTEM, Event, append
from lianshen.cases.store import Casebook, writing
from lianshen.ranking.learning import Learned
from lianshen.ranking.placing import Row, per_hour
from lianshen.ranking.reading import OPEN
from lianshen.ranking.settings import RankingSettings

ROWS = 1_000
COMPARED = (
    "desk", "kind", "minutes", "here", "chance", "kept", "expected", "low", "high", "worth", "place", "chosen",
    "waiting_since", "basis",
)  # fmt: skip


def keep(
    book: Casebook, night: str, settings: RankingSettings, learned: Learned, rows: Mapping[str, Row],
    desks: Mapping[str, Row],
) -> None:  # fmt: skip
    """Write the ranking in one transaction: of each case, of the night, and that it was done."""
    with writing(book.engine) as con:
        _cases(con, book, rows)
        record = {
            "settings_sha256": settings.sha256,
            "decisions": learned.decisions,
            "model": learned.told(),
            "desks": dict(desks),
        }
        n = t.rank_night.c
        was = con.execute(sa.select(t.rank_night).where(n.night == night)).mappings().one_or_none()
        if was is not None and all(was[name] == value for name, value in record.items()):
            return
        if was is None:
            con.execute(t.rank_night.insert().values(night=night, at=book.now(), **record))
        else:
            con.execute(t.rank_night.update().where(n.night == night).values(at=book.now(), **record))
        detail = {
            "night": night,
            "cases": len(rows),
            "chosen": sum(desk["chosen"] for desk in desks.values()),
            "waiting": sum(desk["waiting"] for desk in desks.values()),
            "decisions": learned.decisions,
            "settings": settings.sha256[:12],
        }
        append(con, book.now(), [Event("ranked", *SYSTEM, detail=detail)])


def _cases(con: Connection, book: Casebook, rows: Mapping[str, Row]) -> None:
    c, r = t.cases.c, t.case_rank.c
    # Since they were read, somebody may have moved a case; nobody removes one beside the night.
    there = {
        row.case_no: row.per_hour for row in con.execute(sa.select(c.case_no, c.per_hour).where(c.state.in_(OPEN)))
    }
    columns = sa.select(r.case_no, *(r[name] for name in COMPARED))
    before = {row["case_no"]: row for row in con.execute(columns).mappings()}
    new, changed, orders = [], [], []
    for case_no, row in rows.items():
        if case_no not in there:
            continue
        if there[case_no] != (order := per_hour(row)):
            orders.append({"b_case_no": case_no, "per_hour": order})
        was = before.get(case_no)
        if was is None:
            new.append({**row, "ranked_on": book.today})
        elif any(was[name] != row[name] for name in COMPARED):
            changed.append({**{name: row[name] for name in COMPARED}, "ranked_on": book.today, "b_case_no": case_no})
    _many(con, t.case_rank.insert(), new)
    key: sa.BindParameter[str] = sa.bindparam("b_case_no")
    _many(con, t.case_rank.update().where(r.case_no == key), changed)
    _many(con, t.cases.update().where(c.case_no == key), orders)
    gone = sa.select(c.case_no).where(c.state.notin_(OPEN))
    con.execute(t.case_rank.update().where(r.place > 0, r.case_no.in_(gone)).values(place=0, chosen=None))


def _many(con: Connection, statement: sa.Insert | sa.Update, rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), ROWS):
        con.execute(statement, list(rows[start : start + ROWS]))
