"""The samples of a night: settlements in which nothing was found, and dismissed cases for a second look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import tables as t
from lianshen.cases.events import SYSTEM, Event, append
from lianshen.cases.held import in_chunks
from lianshen.cases.store import Casebook, writing
from lianshen.config import SHANGHAI
from lianshen.ranking.bodies import bodies_of, of_dossier
from lianshen.ranking.sampling import counted, draw_systematic, is_drawn, seed_of, task_no
from lianshen.ranking.settings import RankingSettings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


DECIDING = ("drop", "determine", "submit", "confirm")
"""Who did one of these to a case has an opinion of it."""
# A settlement belongs to the package that its row came with last.
FRAME = """
    SELECT s.setl_id, s.treating_agency || '|' || CASE
            WHEN s.fixmedins_type = '2' THEN 'DRUGSTORE' WHEN s.hosp_lv IN ('01', '02', '03', '04') THEN 'TERTIARY'
            WHEN s.hosp_lv IN ('05', '06', '07') THEN 'SECONDARY' WHEN s.hosp_lv IN ('08', '09', '10') THEN 'PRIMARY'
            ELSE 'UNGRADED' END || '|' || s.care AS stratum, s.treating_agency,
        s.setl_id IN (
            SELECT setl_id FROM audit.finding
            UNION SELECT linked_setl_id FROM audit.finding WHERE linked_setl_id IS NOT NULL
        ) AS is_found
    FROM mart.settlement AS s
    JOIN settled.setl_d AS h ON h.setl_id = s.setl_id
    WHERE s.counts AND h._package = ?
    ORDER BY s.setl_id
"""


def draw_control(con: DuckDBPyConnection, book: Casebook, settings: RankingSettings) -> int:
    """Draw the blind sample of every package that has none yet; return how many tasks were made.

    A package is drawn from once: what was known then decides what counted as clear. Doing it again draws nothing.
    """
    with book.engine.connect() as casebook:
        drawn = set(casebook.scalars(sa.select(t.sample_draw.c.package)))
    packages = con.execute("SELECT package, business_date FROM intake.package ORDER BY package").fetchall()
    made = 0
    for package, day in packages:
        if package not in drawn:
            made += _draw_package(con, book, settings, package, day.isoformat())
    return made


def _draw_package(con: DuckDBPyConnection, book: Casebook, settings: RankingSettings, package: str, day: str) -> int:
    frame = con.execute(FRAME, [package]).fetchall()
    clear = [row for row in frame if not row[3]]
    seed, share = seed_of(settings.seed, "control", package), settings.exploration.control
    chosen = [clear[place] for place in draw_systematic([row[1] for row in clear], share, seed)]
    bodies = bodies_of(con, [row[0] for row in chosen])
    sizes = {name: counted([row[1] for row in rows]) for name, rows in (("clear", clear), ("drawn", chosen),
             ("found", [row for row in frame if row[3]]))}  # fmt: skip
    strata = [
        {"package": package, "stratum": name, **{what: by.get(name, 0) for what, by in sizes.items()}}
        for name in sorted({row[1] for row in frame})
    ]
    tasks = [
        {
            "task_no": task_no(day, settings.seed, setl_id), "kind": "control", "package": package, "stratum": stratum,
            "case_no": None, "agency": agency, "setl_id": setl_id, "barred": "", "drawn_on": book.today,
            "minutes": settings.minutes.sample, **bodies[setl_id],
        }
        for setl_id, stratum, agency, _ in chosen
    ]  # fmt: skip
    with writing(book.engine) as casebook:
        if casebook.scalar(sa.select(t.sample_draw.c.package).where(t.sample_draw.c.package == package)):
            return 0
        now = book.now()
        casebook.execute(t.sample_draw.insert().values(package=package, at=now, seed=seed, share=share))
        if strata:
            casebook.execute(t.sample_stratum.insert(), strata)
        tasks = _unknown(casebook, tasks)
        if tasks:
            casebook.execute(t.review_task.insert(), tasks)
        detail = {"package": package, "seed": seed, "share": share, "clear": len(clear), "drawn": len(tasks)}
        append(casebook, now, [Event("sample_drawn", *SYSTEM, detail=detail)])
    return len(tasks)


def _unknown(con: Connection, tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the tasks that are not there yet: a settlement that came again is looked at once."""
    task = t.review_task.c
    known = {
        row.task_no for row in in_chunks(con, sa.select(task.task_no), task.task_no, [x["task_no"] for x in tasks])
    }
    return [one for one in tasks if one["task_no"] not in known]


def draw_second_looks(book: Casebook, settings: RankingSettings) -> int:
    """Make tasks of the dismissed and dropped cases whose coin says so; return how many.

    Each dismissal has a coin of its own, so it does not matter which night throws it, nor how often.
    """
    share = settings.exploration.second_look
    with book.engine.connect() as con:
        chosen = {
            number: at for number, at in _dismissed(con)
            if is_drawn(share, settings.seed, "second", number, at.isoformat())
        }  # fmt: skip
        task = t.review_task.c
        known = in_chunks(con, sa.select(task.case_no, task.drawn_on), task.case_no, chosen)
        for row in known:
            # A case that was dismissed once more since its last task may be looked at once more.
            if chosen[row.case_no].astimezone(SHANGHAI).date() <= row.drawn_on:
                chosen.pop(row.case_no, None)
        rows = _task_rows(con, book, settings, chosen)
    if not rows:
        return 0
    with writing(book.engine) as con:
        rows = _unknown(con, rows)
        if rows:
            con.execute(t.review_task.insert(), rows)
            append(con, book.now(), [Event("second_looks_drawn", *SYSTEM, detail={"drawn": len(rows), "share": share})])
    return len(rows)


def _dismissed(con: Connection) -> Iterable[tuple[str, datetime]]:
    c = t.cases.c
    query = sa.select(c.case_no, c.closed_at, c.moved_at, c.state).where(
        sa.or_(sa.and_(c.state.in_(("closed", "archived")), c.decision == "dismissed"), c.state == "dropped")
    )
    for number, closed, moved, state in con.execute(query.order_by(c.case_no)):
        yield number, moved if state == "dropped" else closed


def _task_rows(
    con: Connection, book: Casebook, settings: RankingSettings, chosen: dict[str, datetime]
) -> list[dict[str, Any]]:
    c, d, e, s = t.cases.c, t.dossier.c, t.event.c, t.case_settlement.c
    barred: dict[str, set[str]] = defaultdict(set)
    for row in in_chunks(con, sa.select(e.case_no, e.actor).where(e.action.in_(DECIDING)), e.case_no, chosen):
        barred[row.case_no].add(row.actor)
    first = sa.select(s.case_no, sa.func.min(s.setl_id).label("setl_id")).group_by(s.case_no)
    lead = {row.case_no: row.setl_id for row in in_chunks(con, first, s.case_no, chosen)}
    columns = (c.case_no, c.treating_agency, c.state, c.night, d.body)
    query = sa.select(*columns).join(t.dossier, d.case_no == c.case_no)
    return [
        {
            "task_no": task_no(row.night.isoformat(), settings.seed, row.case_no, chosen[row.case_no].isoformat()),
            "kind": "second", "package": None, "stratum": "centre" if row.state == "dropped" else row.treating_agency,
            "case_no": row.case_no, "agency": row.treating_agency, "setl_id": lead[row.case_no],
            "barred": f",{','.join(sorted(barred[row.case_no]))},"[:400], "drawn_on": book.today,
            "minutes": settings.minutes.sample, **of_dossier(row.body),
        }
        for row in in_chunks(con, query, c.case_no, chosen)
    ]  # fmt: skip
