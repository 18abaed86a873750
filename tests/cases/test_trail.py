"""The trail shows what was done to it, and the store is what its migrations say."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from cases.warehouse_rows import Warehouse
from sqlalchemy.engine import Engine

from lianshen.cases import Casebook, is_demo, mark_demo, open_casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import CasebookError
from lianshen.cases.events import Event, append, chain_head, verify_events
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
        con.exec_driver_sql(statement)


def test_an_untouched_trail_is_whole(engine: Engine) -> None:
    assert verify_events(engine) is None
    write(engine, 5)
    assert verify_events(engine, batch=2) is None
    assert chain_head(engine)[0] == 5


@pytest.mark.parametrize(
    ("statement", "seq", "why"),
    [
        ("UPDATE event SET reason = '改' WHERE seq = 3", 3, "内容"),
        ("UPDATE event SET actor = 'other' WHERE seq = 1", 1, "内容"),
        ("DELETE FROM event WHERE seq = 2", 2, "缺失"),
        ("DELETE FROM event WHERE seq = 5", 6 - 1, "截断"),
        ("UPDATE event SET hash = 'x', reason = '改' WHERE seq = 4", 4, "内容"),
        ("UPDATE event SET prev_hash = 'x' WHERE seq = 4", 4, "衔接"),
    ],
)
def test_the_first_broken_link_is_named(engine: Engine, statement: str, seq: int, why: str) -> None:
    write(engine, 5)
    tamper(engine, statement)
    broken = verify_events(engine)
    assert broken is not None
    assert (broken.seq, why in broken.why) == (seq, True)


def test_the_database_itself_refuses_to_change_or_delete_an_event(engine: Engine) -> None:
    write(engine, 1)
    for statement in (t.event.update().values(reason="改"), t.event.delete()):
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


def test_the_migrations_give_exactly_the_tables_of_the_code(engine: Engine) -> None:
    def told(context: Any, inspected: Any, declared: Any, *_: Any) -> bool | None:
        # UtcTime is a moment of the database, as the migration says; the comparison does not know that.
        return False if isinstance(declared.type, t.UtcTime) else None

    with engine.connect() as con:
        context = MigrationContext.configure(con, opts={"compare_type": told})
        assert compare_metadata(context, t.metadata) == []


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
