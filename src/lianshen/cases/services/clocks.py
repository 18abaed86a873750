"""Clocks that run out: a warning before a deadline, the breach after it, and the way up when nothing happens.

Each is told once for each deadline, by one event in the trail and a notice; the trail itself is what says that it
was told. A deadline that is moved is a new one. Nothing here moves a case or its version.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.agency import CENTRE
from lianshen.cases import tables as t
from lianshen.cases.domain import ESCALATIONS, ON_THE_CLOCK
from lianshen.cases.events import SYSTEM, Event, append
from lianshen.cases.services.scope import Row
from lianshen.cases.services.telling import Notice, assignee_of, desk_of, notify, staff
from lianshen.cases.store import Casebook, writing

BATCH = 400
STAGES = ("clock_warned", "clock_breached", "clock_escalated")
"""The events, by the level of escalation less one."""


@dataclass(frozen=True)
class Clock:
    """One deadline: the column that holds its day, the states in which it runs, and what it is for.

    ``first`` is the first level that is told: a term of few days is over before there is anything to warn of.
    """

    column: str
    states: tuple[str, ...]
    what: str
    first: int = 1


CLOCKS = {
    "due": Clock("due_at", ON_THE_CLOCK, "办理"),
    "accept": Clock("accept_by", ("released",), "签收", first=2),
    "hearing": Clock("reply_by", ("hearing",), "机构申辩", first=2),
    "evidence": Clock("reply_by", ("evidence",), "补证", first=2),
}


@dataclass(frozen=True)
class Swept:
    """How many warnings, breaches and escalations were told."""

    warned: int = 0
    breached: int = 0
    escalated: int = 0


@dataclass(frozen=True)
class News:
    """A case whose clocks say more than was told: the level it stands at and what is to be told."""

    row: Row
    level: int
    untold: tuple[tuple[str, int], ...]


def sweep(book: Casebook) -> Swept:
    """Tell everything that the clocks of all cases say today and that was not told yet; return how much.

    Doing it again tells nothing. It commits every few hundred cases, so that nobody waits for it and a sweep that
    was cut off is finished by the next one.
    """
    with book.engine.connect() as con:
        numbers = [news.row["case_no"] for news in _news(con, book, sa.or_(_near(book), t.cases.c.escalation > 0))]
    told = [0, 0, 0]
    for start in range(0, len(numbers), BATCH):
        with writing(book.engine) as con:
            # Read again and locked: somebody may have moved a case in between.
            some = t.cases.c.case_no.in_(numbers[start : start + BATCH])
            for level in _tell(con, book, list(_news(con, book, some, lock=True))):
                told[level - 1] += 1
    return Swept(*told)


def _near(book: Casebook) -> sa.ColumnElement[bool]:
    """Return the condition on cases whose deadline is near or past."""
    c, soon = t.cases.c, book.workdays.add(book.today, book.terms.warn_days)
    return sa.or_(
        *(
            sa.and_(c.state.in_(clock.states), c[clock.column] <= soon)
            if clock.first == 1
            else sa.and_(c.state.in_(clock.states), c[clock.column] < book.today)
            for clock in CLOCKS.values()
        )
    )


def _news(con: Connection, book: Casebook, where: sa.ColumnElement[bool], *, lock: bool = False) -> Iterator[News]:
    c, e = t.cases.c, t.event.c
    columns = (c.case_no, c.state, c.version, c.severity, c.fixmedins_name, c.treating_agency, c.county, c.assignee,
               c.decision, c.accept_by, c.due_at, c.reply_by, c.escalation)  # fmt: skip
    # In the order of the numbers: two that lock many cases then never wait for each other.
    query = sa.select(*columns).where(where).order_by(c.case_no)
    rows = [dict(row) for row in con.execute(query.with_for_update() if lock else query).mappings()]
    told_of = sa.select(e.case_no, e.action, e.detail).where(
        e.action.in_(STAGES), e.case_no.in_(sa.select(c.case_no).where(where))
    )
    told = set(con.execute(told_of).tuples()) if rows else set()
    for row in rows:
        levels = {name: _level(book, row, clock) for name, clock in CLOCKS.items()}
        untold = tuple(
            (name, level)
            for name, reached in levels.items()
            for level in _worth_telling(CLOCKS[name], reached)
            if (row["case_no"], STAGES[level - 1], _detail_text(row, name)) not in told
        )
        standing = max(levels.values())
        if untold or standing != row["escalation"]:
            yield News(row, standing, untold)


def _level(book: Casebook, row: Row, clock: Clock) -> int:
    """Return 0 while there is time, 1 shortly before the day, 2 after it, 3 long after it."""
    day: date | None = row[clock.column]
    if day is None or row["state"] not in clock.states:
        return 0
    left = book.workdays.between(book.today, day)
    if book.today > day:
        return 3 if -left >= book.terms.escalate_days else 2
    return 1 if clock.first == 1 and left <= book.terms.warn_days else 0


def _worth_telling(clock: Clock, reached: int) -> Iterable[int]:
    # Once the day has passed nobody needs the warning that it comes.
    return (1,) if reached == 1 else range(max(2, clock.first), reached + 1)


def _detail(row: Row, name: str) -> dict[str, str]:
    return {"clock": name, "day": str(row[CLOCKS[name].column])}


def _detail_text(row: Row, name: str) -> str:
    return json.dumps(_detail(row, name), ensure_ascii=False, sort_keys=True)


def _tell(con: Connection, book: Casebook, every: Sequence[News]) -> list[int]:
    """Write events, notices and levels; return the levels told."""
    people = staff(con)
    events: list[Event] = []
    notices: list[Notice] = []
    for news in every:
        row, desk = news.row, desk_of(news.row, people)
        for name, level in news.untold:
            detail = _detail(row, name)
            action = STAGES[level - 1]
            events.append(Event(action, *SYSTEM, row["case_no"], row["state"], row["state"], None, detail))
            text = f"{CLOCKS[name].what}期限 {detail['day']} {ESCALATIONS[level]}：{row['fixmedins_name']}"
            # Before it is late it is the assignee's; late, the whole agency's; long late, the centre's as well.
            to = assignee_of(row, people) if level == 1 else (desk, None)
            notices.append((*to, action, row["case_no"], text))
            if level == len(STAGES) and desk != CENTRE:
                notices.append((CENTRE, None, action, row["case_no"], text))
        if news.level != row["escalation"]:
            unchanged = (t.cases.c.case_no == row["case_no"], t.cases.c.version == row["version"])
            con.execute(t.cases.update().where(*unchanged).values(escalation=news.level))
    append(con, book.now(), events)
    notify(con, book, notices)
    return [level for news in every for _, level in news.untold]
