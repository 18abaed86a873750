"""Carrying a casebook from one database to the other, both ways: every row, the trail, and what comes after."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import typer
from cases.full_casebook import contents, fill_every_table
from cases.warehouse_rows import Clock, Warehouse
from sqlalchemy.engine import Engine
from typer.testing import CliRunner

from lianshen.cases import Casebook, open_casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import CasebookError
from lianshen.cases.events import chain_head, verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.keeping import moving, whole
from lianshen.cases.keeping.moving import move
from lianshen.cases.store import writing
from lianshen.cli import casebook as command

Urls = tuple[str, str]


@pytest.fixture(params=["sqlite to postgresql", "postgresql to sqlite", "sqlite to sqlite"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Urls:
    """Return the URLs of a casebook and of where it goes."""

    def of(kind: str, end: str) -> str:
        return f"sqlite:///{tmp_path / end}" if kind == "sqlite" else request.getfixturevalue("postgres_url")

    source, target = request.param.split(" to ")
    return of(source, "source.sqlite"), of(target, "target.sqlite")


def run(*arguments: str) -> Any:
    app = typer.Typer()
    command.register(app)
    return CliRunner().invoke(app, ["casebook", *arguments])


def test_every_row_of_every_table_arrives(urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "ROWS", 2)
    monkeypatch.setattr(whole, "ROWS_WITH_FILES", 1)
    source = open_casebook(urls[0])
    fill_every_table(source, 5)
    told: list[tuple[str, int, int]] = []
    moved = move(*urls, lambda *said: told.append(said))
    target = open_casebook(urls[1])
    assert contents(target) == contents(source)
    assert set(moved.rows) == set(t.metadata.tables)
    assert moved.rows["cases"] == 5
    assert (moved.events, moved.head) == chain_head(source) == chain_head(target)
    assert verify_events(target) is None
    assert ("case_line", 0, 5) in told
    assert ("case_line", 5, 5) in told


def test_work_goes_on_where_the_casebook_arrived(
    urls: Urls, warehouse: Warehouse, clock: Clock, reviewer: Principal, chengdu: Principal
) -> None:
    source = open_casebook(urls[0])
    warehouse.settle("S1")
    warehouse.line("L1", "S1")
    warehouse.find("PL-11", "S1", "12.34", lines=("L1",))
    warehouse.assemble(source)
    before = Casebook(source, now=clock)
    services.add_user(services.OPERATOR, before, "shenhe01", "周审核", "reviewer", None, "mulberry-2026")
    (case,) = services.list_cases(reviewer, before, CaseFilter())["items"]
    services.transition(reviewer, before, case["case_no"], "release", case["version"])
    move(*urls)
    after = Casebook(open_casebook(urls[1]), now=clock)
    assert services.sign_in(after, "shenhe01", "mulberry-2026").principal.login == "shenhe01"
    # A number that was taken by a row that moved is not given again.
    services.add_user(services.OPERATOR, after, "shenhe02", "吴审核", "reviewer", None, "mulberry-2026")
    services.log_view(chengdu, after, case["case_no"])
    now = services.get_case(chengdu, after, case["case_no"])
    assert services.transition(chengdu, after, case["case_no"], "accept", now["version"])["state"] == "accepted"
    assert services.get_findings(chengdu, after, case["case_no"])[0]["rule_id"] == "PL-11"
    assert verify_events(after.engine) is None
    with writing(after.engine) as con, pytest.raises(sa.exc.DBAPIError, match="append-only"):
        con.execute(t.event.delete())


def test_what_holds_anything_is_not_moved_into(urls: Urls) -> None:
    fill_every_table(open_casebook(urls[0]))
    target = open_casebook(urls[1])
    book = Casebook(target)
    services.add_user(services.OPERATOR, book, "shenhe01", "周审核", "reviewer", None, "mulberry-2026")
    here = contents(target)
    with pytest.raises(CasebookError, match="holds a casebook already"):
        move(*urls)
    assert contents(target) == here
    with pytest.raises(CasebookError, match="already"):
        move(urls[0], urls[0])


def test_a_move_that_breaks_off_leaves_the_target_empty_and_is_done_again(
    urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = open_casebook(urls[0])
    fill_every_table(source)
    here = contents(source)
    real = moving.put

    def power_goes(con: Any, table: whole.Whole, rows: Any) -> None:
        if table.name == "view_log":
            raise RuntimeError("the power went")
        real(con, table, rows)

    monkeypatch.setattr(moving, "put", power_goes)
    with pytest.raises(RuntimeError):
        move(*urls)
    monkeypatch.undo()
    with open_casebook(urls[1]).connect() as con:
        assert whole.is_empty(con)
    move(*urls)
    assert contents(open_casebook(urls[1])) == here == contents(source)


@pytest.mark.parametrize("spoil", ["lose", "change"])
def test_what_arrives_otherwise_than_it_was_sent_is_not_kept(
    urls: Urls, monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    fill_every_table(open_casebook(urls[0]))
    real = moving.put

    def spoiled(con: Any, table: whole.Whole, rows: list[whole.Row]) -> None:
        if table.name == "case_line":
            rows = rows[1:] if spoil == "lose" else [rows[0] | {"amount": 1}, *rows[1:]]
        real(con, table, rows)

    monkeypatch.setattr(moving, "put", spoiled)
    with pytest.raises(CasebookError, match="case_line"):
        move(*urls)
    with open_casebook(urls[1]).connect() as con:
        assert whole.is_empty(con)


def test_a_broken_trail_is_not_carried_on(urls: Urls) -> None:
    source = open_casebook(urls[0])
    fill_every_table(source)
    break_trail(source)
    with pytest.raises(CasebookError, match="event 2"):
        move(*urls)


def break_trail(engine: Engine) -> None:
    """Change an event as somebody could who owns the database."""
    drop: Callable[[str], str] = (
        "DROP TRIGGER {} ON event".format if engine.dialect.name == "postgresql" else "DROP TRIGGER {}".format
    )
    with writing(engine) as con:
        kind = "sqlite_master WHERE type = 'trigger'" if engine.dialect.name == "sqlite" else (
            "pg_trigger WHERE NOT tgisinternal AND tgrelid = 'event'::regclass")  # fmt: skip
        name = "name" if engine.dialect.name == "sqlite" else "tgname"
        for trigger in list(con.exec_driver_sql(f"SELECT {name} FROM {kind}").scalars()):
            con.exec_driver_sql(drop(trigger))
        con.execute(t.event.update().where(t.event.c.seq == 2).values(reason="别的"))


def test_one_command_moves_and_says_what_arrived(tmp_path: Path) -> None:
    source, target = f"sqlite:///{tmp_path / 'a.sqlite'}", f"sqlite:///{tmp_path / 'b.sqlite'}"
    fill_every_table(open_casebook(source))
    moved = run("move", source, target, "--json")
    assert moved.exit_code == 0, moved.output
    said = json.loads(moved.stdout.splitlines()[-1])
    assert (said["rows"]["event"], said["events"]) == (3, 3)
    assert isinstance(run("move", source, target).exception, CasebookError)
