"""The trail shows what was done to it, and the store is what its migrations say."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from cases.warehouse_rows import Warehouse
from sqlalchemy.engine import Engine

from lianshen.cases import Casebook, is_demo, mark_demo, open_casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import CasebookError
from lianshen.cases.events import (
    Event,
    KeptHead,
    append,
    broken_links,
    chain_head,
    event_hash,
    verify_events,
)
from lianshen.cases.filters import CaseFilter
from lianshen.cases.store import writing

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def write(engine: Engine, count: int) -> None:
    with writing(engine) as con:
        append(
            con, AT, [Event("comment", "me", "某", f"SC{n}", reason=f"第{n}条", detail={"n": n}) for n in range(count)]
        )


def tamper(engine: Engine, statement: str) -> None:
    """Do to the trail what only a keeper of the database can do."""
    with writing(engine) as con:
        if engine.dialect.name == "postgresql":
            con.exec_driver_sql("ALTER TABLE event DISABLE TRIGGER event_append_only")
        else:
            for verb in ("UPDATE", "DELETE"):
                con.exec_driver_sql(f"DROP TRIGGER event_no_{verb}")
        for one in statement.split("; "):
            con.exec_driver_sql(one)


def test_an_untouched_trail_is_whole(engine: Engine) -> None:
    assert verify_events(engine) is None
    write(engine, 5)
    assert verify_events(engine, batch=2) is None
    assert chain_head(engine)[0] == 5


SWAP = (
    "UPDATE event SET seq = -seq WHERE seq IN (2, 4); "
    "UPDATE event SET seq = CASE seq WHEN -2 THEN 4 ELSE 2 END WHERE seq < 0"
)
CLOSE_UP = (
    "DELETE FROM event WHERE seq = 3; UPDATE event SET seq = 3 WHERE seq = 4; UPDATE event SET seq = 4 WHERE seq = 5"
)


@pytest.mark.parametrize(
    ("statement", "seq", "kind"),
    [
        ("UPDATE event SET reason = '改' WHERE seq = 3", 3, "edited"),
        ("UPDATE event SET actor = 'other' WHERE seq = 1", 1, "edited"),
        ("UPDATE event SET detail = NULL WHERE seq = 5", 5, "edited"),
        ("UPDATE event SET hash = 'x', reason = '改' WHERE seq = 4", 4, "edited"),
        ("UPDATE event SET prev_hash = 'x' WHERE seq = 4", 4, "edited"),
        ("DELETE FROM event WHERE seq = 1", 1, "missing"),
        ("DELETE FROM event WHERE seq = 2", 2, "missing"),
        ("DELETE FROM event WHERE seq IN (2, 3, 4)", 2, "missing"),
        ("DELETE FROM event WHERE seq = 5", 5, "cut"),
        ("DELETE FROM event WHERE seq > 2", 3, "cut"),
        ("DELETE FROM event", 1, "cut"),
        (SWAP, 2, "reordered"),
        (CLOSE_UP, 3, "reordered"),
        ("UPDATE event_head SET seq = 4", 5, "added"),
        ("UPDATE event_head SET hash = 'x'", 5, "edited"),
    ],
)
def test_the_first_broken_link_is_named(engine: Engine, statement: str, seq: int, kind: str) -> None:
    write(engine, 5)
    tamper(engine, statement)
    for batch in (2, 20_000):
        broken = verify_events(engine, batch)
        assert broken is not None
        assert (broken.seq, broken.kind) == (seq, kind)


def rewrite(engine: Engine, first: int, *, to_the_end: bool) -> None:
    """Change what an event says and give it the hash that fits, as does somebody who knows how."""
    rewritten = []
    with engine.connect() as con:
        rows = [dict(row) for row in con.execute(sa.select(t.event).order_by(t.event.c.seq)).mappings()]
    last = rows[first - 1]["prev_hash"]
    for row in rows[first - 1 :] if to_the_end else rows[first - 1 : first]:
        row |= {"prev_hash": last, **({"reason": "改"} if row["seq"] == first else {})}
        row["hash"] = last = event_hash(row)
        rewritten.append(row)
    tamper(engine, "UPDATE event SET hash = 'x' || seq" if to_the_end and first == 1 else "SELECT 1")
    with writing(engine) as con:
        for row in rewritten:
            con.execute(t.event.update().where(t.event.c.seq == row["seq"]).values(**row))
        if to_the_end:
            con.execute(t.event_head.update().values(hash=last))


def test_a_row_that_was_changed_together_with_its_hash_is_named_by_the_next(engine: Engine) -> None:
    write(engine, 5)
    rewrite(engine, 3, to_the_end=False)
    broken = verify_events(engine)
    assert broken is not None
    assert (broken.seq, broken.kind) == (3, "edited")


def test_a_tail_rewritten_with_its_head_shows_only_against_a_kept_head(engine: Engine) -> None:
    write(engine, 3)
    early = KeptHead(*chain_head(engine))
    write(engine, 2)
    late = KeptHead(*chain_head(engine))
    rewrite(engine, 4, to_the_end=True)
    assert verify_events(engine) is None
    assert verify_events(engine, kept=[early]) is None
    broken = verify_events(engine, kept=[early, late])
    assert broken is not None
    assert (broken.seq, broken.kind) == (5, "rewritten")


def test_a_tail_cut_off_with_its_head_shows_only_against_a_kept_head(engine: Engine) -> None:
    write(engine, 5)
    kept = KeptHead(*chain_head(engine))
    with engine.connect() as con:
        third = con.scalar(sa.select(t.event.c.hash).where(t.event.c.seq == 3))
    tamper(engine, f"DELETE FROM event WHERE seq > 3; UPDATE event_head SET seq = 3, hash = '{third}'")
    assert verify_events(engine) is None
    broken = verify_events(engine, kept=[kept])
    assert broken is not None
    assert (broken.seq, broken.kind) == (5, "cut")


def test_everything_that_was_done_to_the_trail_is_named(engine: Engine) -> None:
    write(engine, 9)
    tamper(
        engine,
        "UPDATE event SET reason = '改' WHERE seq = 2; "
        "DELETE FROM event WHERE seq IN (4, 5); DELETE FROM event WHERE seq = 9",
    )
    assert [(broken.seq, broken.kind) for broken in broken_links(engine)] == [(2, "edited"), (4, "missing"), (9, "cut")]


def test_a_trail_is_proved_while_others_write(engine: Engine) -> None:
    write(engine, 50)
    stop = threading.Event()

    def go_on() -> None:
        while not stop.is_set():
            write(engine, 3)

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        assert [verify_events(engine, batch=7) for _ in range(8)] == [None] * 8
    finally:
        stop.set()
        writer.join()


def test_the_database_itself_refuses_to_change_or_delete_an_event(engine: Engine) -> None:
    write(engine, 1)
    with writing(engine) as con:
        con.execute(t.view_log.insert().values(at=AT, login="me", case_no="SC1", what="case"))
    for statement in (t.event.update().values(reason="改"), t.event.delete(), t.view_log.update().values(login="other"),
                      t.view_log.delete()):  # fmt: skip
        with pytest.raises(sa.exc.DatabaseError, match="append-only"), writing(engine) as con:
            con.execute(statement)


def test_an_event_and_its_change_are_written_together_or_not_at_all(engine: Engine) -> None:
    def interrupted() -> None:
        with writing(engine) as con:
            append(con, AT, [Event("comment", "me", "某")])
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="power"):
        interrupted()
    assert chain_head(engine) == (0, "")


def test_times_are_moments_with_a_zone_on_either_database(engine: Engine) -> None:
    write(engine, 1)
    with engine.connect() as con:
        assert con.scalar(sa.select(t.event.c.at)) == AT
    with pytest.raises(sa.exc.StatementError, match="no time zone"), writing(engine) as con:
        append(con, AT.replace(tzinfo=None), [Event("comment", "me", "某")])


def test_opening_again_changes_nothing_and_a_newer_casebook_is_refused(engine: Engine) -> None:
    mark_demo(engine)
    url = engine.url.render_as_string(hide_password=False)
    again = open_casebook(url)
    assert is_demo(again)
    with writing(engine) as con:
        con.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CasebookError, match="9999"):
        open_casebook(url)
    again.dispose()


@pytest.mark.parametrize("url", ["nonsense", "mysql://u@h/d"])
def test_a_url_of_no_casebook_is_refused(url: str) -> None:
    with pytest.raises(CasebookError):
        open_casebook(url)


def test_sqlite_keeps_readers_going_while_a_night_is_written(tmp_path: Path) -> None:
    engine = open_casebook(f"sqlite:///{tmp_path / 'sub' / 'casebook.sqlite'}")
    with engine.connect() as con:
        assert con.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert con.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    with writing(engine) as con:
        append(con, AT, [Event("comment", "me", "某")])
        with engine.connect() as reader:
            assert reader.scalar(sa.select(sa.func.count()).select_from(t.event)) == 0
    engine.dispose()


def test_a_dossier_that_was_touched_proves_nothing(warehouse: Warehouse, book: Casebook, reviewer: Principal) -> None:
    warehouse.settle("S1")
    warehouse.find("PL-11", "S1", "10.00")
    warehouse.assemble(book.engine)
    number = services.list_cases(reviewer, book, CaseFilter())["items"][0]["case_no"]
    assert services.get_dossier(reviewer, book, number)["sealed"]
    with writing(book.engine) as con:
        con.execute(t.dossier.update().values(body=b"x"))
    assert services.get_dossier(reviewer, book, number)["body"] is None
