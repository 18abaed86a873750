"""Backups: tested by destroying the original and restoring, on and across both databases."""

from __future__ import annotations

import json
import stat
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
import typer
from cases.full_casebook import contents, fill_every_table
from cases.test_move import break_trail
from cases.warehouse_rows import Warehouse
from sqlalchemy.engine import Engine
from typer.testing import CliRunner

from lianshen.cases import Casebook, open_casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import CasebookError
from lianshen.cases.events import Event, append, chain_head, verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.keeping import back_up, check_casebook, read_manifest, restore
from lianshen.cases.migrating import is_newest, migrate_back, revision_of
from lianshen.cases.store import connect, writing
from lianshen.cli import casebook as command


@pytest.fixture
def url(engine: Engine) -> str:
    fill_every_table(engine)
    return engine.url.render_as_string(hide_password=False)


def destroy(engine: Engine) -> None:
    """Lose the casebook: the file and what belongs to it, or every table."""
    if engine.dialect.name == "sqlite":
        engine.dispose()
        for file in Path(str(engine.url.database)).parent.glob("casebook.sqlite*"):
            file.unlink()
        return
    with engine.begin() as con:
        con.exec_driver_sql("DROP SCHEMA public CASCADE")
        con.exec_driver_sql("CREATE SCHEMA public")


def without_sessions(found: dict[str, Any]) -> dict[str, Any]:
    return {name: rows for name, rows in found.items() if name != "sessions"}


def run(*arguments: str) -> Any:
    app = typer.Typer()
    command.register(app)
    return CliRunner().invoke(app, ["casebook", *arguments])


def test_what_was_destroyed_is_there_again(engine: Engine, url: str, tmp_path: Path) -> None:
    here, head = contents(engine), chain_head(engine)
    file = tmp_path / "kept" / "casebook.zip"
    back_up(url, file)
    destroy(engine)
    restore(file, url)
    again = connect(url)
    found = contents(again)
    assert without_sessions(found) == without_sessions(here)
    assert found["sessions"] == []  # one that was ended since must not open again
    assert chain_head(again) == head
    assert verify_events(again) is None
    assert is_newest(again)
    with writing(again) as con:  # numbers go on after the last
        con.execute(t.notice.insert().values(at=here["event"][0][1], agency="510100", kind="k", text="t"))
        assert con.scalar(sa.select(sa.func.max(t.notice.c.id))) == 4


def test_a_backup_of_one_database_is_restored_into_the_other(
    engine: Engine, url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    file = tmp_path / "casebook.zip"
    back_up(url, file)
    other = (
        request.getfixturevalue("postgres_url")
        if engine.dialect.name == "sqlite"
        else f"sqlite:///{tmp_path / 'o.sqlite'}"
    )
    restore(file, other)
    assert without_sessions(contents(connect(other))) == without_sessions(contents(engine))
    assert verify_events(connect(other)) is None


def test_a_backup_of_an_older_version_is_brought_to_this_one(engine: Engine, url: str, tmp_path: Path) -> None:
    cases = contents(engine)["cases"]
    migrate_back(engine, "0002")
    file = tmp_path / "old.zip"
    assert back_up(url, file).revision == "0002" == revision_of(engine)
    destroy(engine)
    restore(file, url)
    again = connect(url)
    assert is_newest(again)
    assert [row[0] for row in contents(again)["cases"]] == [row[0] for row in cases]
    with again.connect() as con:  # what the migration fills was filled
        assert con.scalar(sa.select(sa.func.count()).where(t.users.c.password_set_at.is_(None))) == 0
    assert verify_events(again) is None


def test_people_go_on_working_while_it_is_backed_up(engine: Engine, url: str, tmp_path: Path) -> None:
    stop = threading.Event()
    written: list[int] = []

    def work() -> None:
        while not stop.is_set():
            with writing(engine) as con:
                written.append(append(con, contents(con)["event"][0][1], [Event("comment", "me", "某")]))
            time.sleep(0.002)

    busy = threading.Thread(target=work)
    busy.start()
    try:
        kept = [back_up(url, tmp_path / f"{number}.zip") for number in range(4)]
    finally:
        stop.set()
        busy.join()
    assert len(written) > 4
    for number, summary in enumerate(kept):
        other = f"sqlite:///{tmp_path / str(number)}.sqlite"
        restore(tmp_path / f"{number}.zip", other)
        assert chain_head(connect(other)) == (summary.events, summary.head)
        assert verify_events(connect(other)) is None


def test_a_backup_is_one_file_for_its_owner_that_other_programs_read(engine: Engine, url: str, tmp_path: Path) -> None:
    file = tmp_path / "casebook.zip"
    back_up(url, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [found.name for found in tmp_path.iterdir() if "backup" in found.name or "part" in found.name] == []
    with zipfile.ZipFile(file) as archive, archive.open("tables/cases.parquet") as member:
        assert pq.read_table(member).num_rows == 3
    with pytest.raises(CasebookError, match="never replaces"):
        back_up(url, file)


def test_a_backup_that_changed_is_not_restored(engine: Engine, url: str, tmp_path: Path) -> None:
    file = tmp_path / "casebook.zip"
    back_up(url, file)
    whole = file.read_bytes()
    at = whole.index(b"PAR1") + 40
    spoiled = {
        "bit": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
        "half": whole[: len(whole) // 2],
        "else": b"nothing of the kind",
    }
    destroy(engine)
    for name, found in spoiled.items():
        (tmp_path / name).write_bytes(found)
        with pytest.raises(CasebookError, match="use another"):
            restore(tmp_path / name, url)
    restore(file, url)


def test_a_row_that_was_changed_with_its_hash_is_told_by_its_digest(engine: Engine, url: str, tmp_path: Path) -> None:
    file, forged = tmp_path / "casebook.zip", tmp_path / "forged.zip"
    back_up(url, file)
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(forged, "w") as out:
        for name in archive.namelist():
            found = archive.read(name)
            if name == "manifest.json":
                said = json.loads(found)
                next(table for table in said["tables"] if table["name"] == "cases")["digest"] = "0" * 64
                found = json.dumps(said).encode()
            out.writestr(name, found)
    destroy(engine)
    with pytest.raises(CasebookError, match="not the same"):
        restore(forged, url)
    restore(file, url)  # nothing of the forged one was left


def test_a_backup_is_not_restored_over_anything(engine: Engine, url: str, tmp_path: Path) -> None:
    file = tmp_path / "casebook.zip"
    back_up(url, file)
    here = contents(engine)
    with pytest.raises(CasebookError, match="holds a casebook already"):
        restore(file, url)
    assert contents(engine) == here


def test_nothing_is_no_casebook_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(CasebookError, match="no casebook"):
        back_up(f"sqlite:///{tmp_path / 'nothing.sqlite'}", tmp_path / "nothing.zip")
    assert not (tmp_path / "nothing.zip").exists()


def test_a_broken_trail_is_backed_up_and_told(engine: Engine, url: str, tmp_path: Path) -> None:
    break_trail(engine)
    kept = back_up(url, tmp_path / "casebook.zip")
    assert kept.broken is not None
    assert kept.broken.startswith("2: ")
    assert read_manifest(tmp_path / "casebook.zip").broken == kept.broken


def test_a_sound_casebook_is_told_from_one_that_is_not(
    book: Casebook, warehouse: Warehouse, reviewer: Principal, chengdu: Principal
) -> None:
    for stay in ("S1", "S2", "S3"):
        warehouse.settle(stay, person=stay)
        warehouse.line(f"L{stay}", stay)
        warehouse.find("PL-11", stay, "12.34", lines=(f"L{stay}",))
    warehouse.assemble(book.engine)
    numbers = [case["case_no"] for case in services.list_cases(reviewer, book, CaseFilter())["items"]]
    assert len(numbers) == 3
    assert [check.wrong for check in check_casebook(book.engine)] == [""] * 9
    with writing(book.engine) as con:
        con.execute(t.cases.update().where(t.cases.c.case_no == numbers[0]).values(recovered=100))
        con.execute(t.cases.update().where(t.cases.c.case_no == numbers[1]).values(state="closed"))
        con.execute(t.dossier.update().where(t.dossier.c.case_no == numbers[2]).values(body=b"another"))
    break_trail(book.engine)
    wrong = {check.name: check.wrong for check in check_casebook(book.engine) if check.wrong}
    assert wrong["ledger"] == numbers[0]
    assert wrong["decisions"] == numbers[1]
    assert wrong["evidence"] == numbers[2]
    assert wrong["trail"].startswith("event 2")
    migrate_back(book.engine, "0002")
    (migration,) = check_casebook(book.engine)
    assert "not the newest" in migration.wrong


def test_the_commands_back_up_check_restore_and_go_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    monkeypatch.delenv("LIANSHEN_CASEBOOK", raising=False)
    engine = open_casebook(f"sqlite:///{tmp_path / 'casebook.sqlite'}")
    with writing(engine) as con:
        append(con, contents_time(), [Event("comment", "me", "某")])
    file = str(tmp_path / "b.zip")
    assert json.loads(run("backup", file, "--json").stdout.splitlines()[-1])["events"] == 1
    assert run("check", file).exit_code == 0
    checked = run("check", "--json")
    assert checked.exit_code == 0, checked.output
    assert {one["wrong"] for one in json.loads(checked.stdout)} == {""}
    destroy(engine)
    assert run("restore", file).exit_code == 0
    assert run("downgrade", "0002").exit_code == 0
    assert "not the newest" in run("check").output
    assert run("upgrade").exit_code == 0
    assert run("check").exit_code == 0


def contents_time() -> Any:
    from cases.full_casebook import AT

    return AT
