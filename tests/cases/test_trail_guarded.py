"""The trail from the command line, and on a PostgreSQL whose application may not bend it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import typer
from cases.moving import STAFF, lead_to, recover
from cases.warehouse_rows import Clock, Warehouse
from typer.testing import CliRunner, Result

from lianshen.cases import Casebook, open_casebook, services
from lianshen.cases.errors import CasebookError
from lianshen.cases.events import Event, append, verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.guarding import ADDED_TO, guard
from lianshen.cases.store import writing
from lianshen.cli import trail
from lianshen.errors import LianshenError

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the casebook of a home folder of its own, with five events in its trail."""
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    monkeypatch.delenv("LIANSHEN_CASEBOOK", raising=False)
    made = f"sqlite:///{tmp_path / 'casebook.sqlite'}"
    change(made, None)
    return made


def change(url: str, statement: str | None) -> None:
    """Append five events, or do to the trail what only a keeper of the database can do."""
    engine = open_casebook(url)
    with writing(engine) as con:
        if statement is None:
            append(con, AT, [Event("comment", "me", "某", f"SC{n}") for n in range(5)])
        else:
            con.exec_driver_sql("DROP TRIGGER IF EXISTS event_no_UPDATE")
            con.exec_driver_sql("DROP TRIGGER IF EXISTS event_no_DELETE")
            con.exec_driver_sql(statement)
    engine.dispose()


def run(*arguments: str) -> Result:
    app = typer.Typer()
    trail.register(app)
    return CliRunner().invoke(app, ["trail", *arguments])


def test_a_whole_trail_is_proved_with_its_head(url: str) -> None:
    proved = json.loads(run("verify", "--json").stdout)
    assert (proved["events"], proved["broken"]) == (5, [])
    assert run("head").stdout.split() == ["5", proved["head"]]
    assert proved["head"] in run("verify").stdout


def test_a_trail_that_was_bent_ends_with_1_and_names_the_row(url: str) -> None:
    change(url, "UPDATE event SET actor = 'other' WHERE seq = 3")
    change(url, "DELETE FROM event WHERE seq = 5")
    bent = run("verify", "--json")
    assert isinstance(bent.exception, LianshenError)
    assert bent.exception.exit_code == 1
    assert "event 3 (case SC2): edited" in str(bent.exception)
    assert [(link["seq"], link["kind"]) for link in json.loads(bent.stdout)["broken"]] == [(3, "edited"), (5, "cut")]


def test_a_head_that_was_kept_shows_a_tail_that_was_rewritten(url: str, tmp_path: Path) -> None:
    kept = tmp_path / "heads.jsonl"
    run("head", "--keep", str(kept))
    change(url, None)
    run("head", "--keep", str(kept))
    assert "agree with 2 kept heads" in run("verify", "--kept", str(kept)).stdout
    engine = open_casebook(url)
    with engine.connect() as con:
        third = con.scalar(sa.text("SELECT hash FROM event WHERE seq = 3"))
    engine.dispose()
    change(url, "DELETE FROM event WHERE seq > 3")
    change(url, f"UPDATE event_head SET seq = 3, hash = '{third}'")
    assert run("verify").exit_code == 0, "in itself it holds together"
    bent = run("verify", "--kept", str(kept))
    assert "event 5" in str(bent.exception)
    assert "event 10" in str(bent.exception)


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"seq": 1}', '{"seq": "x", "hash": "y"}'])
def test_a_file_that_keeps_no_heads_is_named_with_its_line(url: str, tmp_path: Path, line: str) -> None:
    kept = tmp_path / "heads.jsonl"
    run("head", "--keep", str(kept))
    kept.write_text(kept.read_text(encoding="utf-8") + line, encoding="utf-8")
    with pytest.raises(LianshenError, match=r"heads\.jsonl:2"):
        raise run("verify", "--kept", str(kept)).exception  # type: ignore[misc]


def test_sqlite_has_no_roles_and_says_what_guards_it_instead(url: str) -> None:
    assert "permissions of its file" in str(run("guard", "lianshen_app").exception)


@pytest.fixture
def guarded(postgres_url: str) -> Iterator[tuple[sa.Engine, sa.Engine, str]]:
    """Yield the casebook as its owner and as the application see it, and the application's role."""
    owner, role = open_casebook(postgres_url), f"app_{uuid.uuid4().hex[:8]}"
    assert guard(owner, role)
    app = open_casebook(sa.make_url(postgres_url).set(username=role).render_as_string(hide_password=False))
    yield owner, app, role
    app.dispose()
    with owner.begin() as con:
        con.exec_driver_sql(f"DROP OWNED BY {role}")
        con.exec_driver_sql(f"DROP ROLE {role}")
    owner.dispose()


@pytest.mark.postgres
def test_the_application_does_all_its_work_and_cannot_bend_the_trail(
    guarded: tuple[sa.Engine, sa.Engine, str], warehouse: Warehouse, clock: Clock
) -> None:
    owner, app, _ = guarded
    book = Casebook(app, now=clock)
    for name in ("S1", "S2"):
        warehouse.settle(name)
        warehouse.find("PL-11", name, "10.00")
    warehouse.assemble(app)
    first, second = services.list_cases(STAFF["reviewer"], book, CaseFilter())["items"]
    lead_to(book, first, "archive")
    recover(STAFF["chengdu"], book, first, 1000, book.today)
    services.log_view(STAFF["chengdu"], book, first["case_no"])
    warehouse.settle("S3")
    warehouse.find("PL-11", "S3", "20.00")
    assert warehouse.assemble(app).changed + len(second) > 0
    for statement in (
        "UPDATE event SET reason = '改'", "DELETE FROM event", "TRUNCATE event", "UPDATE view_log SET login = 'x'",
        "DELETE FROM view_log", "TRUNCATE view_log", "UPDATE recovery SET amount = 1", "DELETE FROM recovery",
        "ALTER TABLE event DISABLE TRIGGER ALL", "DROP TRIGGER event_append_only ON event", "DROP TABLE event",
        "SET session_replication_role = replica", "UPDATE alembic_version SET version_num = '0001'",
        "GRANT UPDATE ON event TO PUBLIC", "CREATE OR REPLACE FUNCTION event_append_only() RETURNS trigger "
        "LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    ):  # fmt: skip
        if statement.startswith("GRANT"):
            with writing(app) as con:
                con.exec_driver_sql(statement)  # PostgreSQL only warns that nothing was granted
            continue
        with pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner"), writing(app) as con:
            con.exec_driver_sql(statement)
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), writing(app) as con:
        con.exec_driver_sql("UPDATE event SET reason = '改'")
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), writing(owner) as con:
        con.exec_driver_sql("UPDATE event SET reason = '改'")
    assert verify_events(app) is None


@pytest.mark.postgres
def test_guarding_again_gives_what_came_since_and_takes_what_was_given(
    guarded: tuple[sa.Engine, sa.Engine, str],
) -> None:
    owner, app, role = guarded
    with writing(owner) as con:
        con.exec_driver_sql(f"GRANT ALL ON event TO {role}")
        con.exec_driver_sql(f"REVOKE ALL ON notice FROM {role}")
    assert not guard(owner, role)
    query = "SELECT has_table_privilege(%(role)s, %(table)s, %(what)s)"
    with app.connect() as con:
        for table in ADDED_TO:
            for what in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER"):
                given: dict[str, Any] = {"role": role, "table": table, "what": what}
                assert not con.exec_driver_sql(query, given).scalar(), (table, what)
        assert con.exec_driver_sql(query, {"role": role, "table": "notice", "what": "UPDATE"}).scalar()


@pytest.mark.postgres
@pytest.mark.parametrize("role", ["lianshen", "Robert'); DROP TABLE cases;--", "", "x" * 64])
def test_a_role_that_could_bend_it_anyway_is_refused(postgres_url: str, role: str) -> None:
    engine = open_casebook(postgres_url)
    with pytest.raises(CasebookError, match="role"):
        guard(engine, role)
    engine.dispose()
