"""Opening the warehouse: one writer, tables that grow with the schema, knowledge that follows its files."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import duckdb
import pytest
from support.parcels import deliver, receive, receive_all, row

from lianshen.content import content_root
from lianshen.warehouse import WarehouseError, account, find_packages, open_warehouse, prove
from lianshen.warehouse.connect import read_warehouse
from lianshen.warehouse.schema import _read_folder


def own_content(folder: Path) -> Path:
    for name in ("sql", "policies", "knowledge"):
        shutil.copytree(content_root() / name, folder / name)
    return folder


def test_a_warehouse_opened_again_holds_what_it_held(tmp_path: Path) -> None:
    path = tmp_path / "home" / "warehouse.duckdb"
    with open_warehouse(path) as con:
        receive(con, deliver(tmp_path / "landing", "2026-11-18", setl_d=[row("setl_d")]))
        before = account(con)
    with open_warehouse(path) as con:
        assert account(con) == before
    with read_warehouse(path) as con:
        assert account(con) == before


def test_a_column_that_the_schema_gained_is_added_and_a_changed_type_refused(tmp_path: Path) -> None:
    path, content = tmp_path / "warehouse.duckdb", own_content(tmp_path / "content")
    with open_warehouse(path, content=content) as con:
        receive(con, deliver(tmp_path / "landing", "2026-11-18", setl_d=[row("setl_d")]))
    file = content / "sql" / "schema" / "landed" / "setl_d.sql"
    text = file.read_text("utf-8")
    file.write_text(
        text.replace("    mdtrt_id VARCHAR NOT NULL,", "    colour VARCHAR, -- 色\n    mdtrt_id VARCHAR NOT NULL,")
    )
    _read_folder.cache_clear()
    with open_warehouse(path, content=content) as con:
        receive(con, deliver(tmp_path / "landing", "2026-11-19", setl_d=[row("setl_d", setl_id="S2", colour="红")]))
        assert con.execute("SELECT setl_id, colour FROM settled.setl_d ORDER BY ALL").fetchall() == [
            ("S1", None), ("S2", "红")]  # fmt: skip
    file.write_text(text.replace("inscp_amt DECIMAL(16, 2)", "inscp_amt DECIMAL(18, 4)"))
    _read_folder.cache_clear()
    with pytest.raises(WarehouseError, match=r"settled\.setl_d\.inscp_amt .* build a new warehouse"):
        open_warehouse(path, content=content)
    _read_folder.cache_clear()


def test_a_column_that_a_ledger_gained_is_empty_in_the_rows_of_before(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "w.duckdb") as con:
        con.execute("ALTER TABLE ledger.rule_run DROP COLUMN suppressed")
        con.execute("INSERT INTO ledger.rule_run VALUES ('2026-11-01', 'PL-04', 'x', 1, 2, 0.5, NULL)")
    with open_warehouse(tmp_path / "w.duckdb") as con:
        assert con.execute("SELECT findings, suppressed FROM ledger.rule_run").fetchall() == [(2, None)]


def test_knowledge_is_loaded_typed_and_again_when_its_file_changed(tmp_path: Path) -> None:
    path, content = tmp_path / "warehouse.duckdb", own_content(tmp_path / "content")
    file = content / "knowledge" / "travel.csv"
    file.write_text("from_pool,to_pool,minutes\n5101,5107,90\n", "utf-8")
    for minutes in ("90", "95"):
        file.write_text(file.read_text("utf-8").replace("90", minutes), "utf-8")
        with open_warehouse(path, content=content) as con:
            assert con.execute("FROM knowledge.travel").fetchall() == [("5101", "5107", int(minutes))]
    file.write_text("from_pool,to_pool,minutes\n5101,5107,soon\n", "utf-8")
    with pytest.raises(WarehouseError, match=r"travel\.csv: .*correct the file"):
        open_warehouse(path, content=content)


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    open_warehouse(path).close()
    ready, done = os.pipe()
    child = os.fork()
    if child == 0:
        holder = duckdb.connect(str(path))
        os.write(done, b"x")
        time.sleep(60)
        holder.close()
        os._exit(0)
    try:
        os.read(ready, 1)
        with pytest.raises(WarehouseError, match="another process holds it"):
            open_warehouse(path)
        with pytest.raises(WarehouseError, match="a night is writing"):
            read_warehouse(path)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    with pytest.raises(WarehouseError, match="no warehouse yet"):
        read_warehouse(tmp_path / "other.duckdb")


def receive_in_child(path: Path, landing: Path) -> int:
    """Receive everything in a process of its own and return its number."""
    child = os.fork()
    if child == 0:
        try:
            with open_warehouse(path) as con:
                receive_all(con, landing)
        except BaseException:  # noqa: BLE001 - the child must never return into the test runner
            os._exit(1)
        os._exit(0)
    return child


@pytest.mark.slow
def test_intake_killed_at_any_moment_is_done_again_to_the_same_rows(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    for day in range(18, 22):
        rows = [row("setl_d", setl_id=f"S{n}", updt_time=f"2026-11-{day} 10:00:00") for n in range(400)]
        lines = [row("fee_list_d", bkkp_sn=f"B{day}-{n}", setl_id=f"S{n % 400}") for n in range(4000)]
        deliver(landing, f"2026-11-{day}", setl_d=[*rows, row("setl_d", setl_id="S7", insutype="x")], fee_list_d=lines)
    with open_warehouse(None) as con:
        receive_all(con, landing)
        expected = account(con)
    started = time.monotonic()
    assert os.waitstatus_to_exitcode(os.waitpid(receive_in_child(tmp_path / "whole.duckdb", landing), 0)[1]) == 0
    took = time.monotonic() - started
    cut_short = 0
    for share in range(1, 9):
        path = tmp_path / f"{share}.duckdb"
        child = receive_in_child(path, landing)
        time.sleep(took * share / 9)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with open_warehouse(path) as con:
            received = [name for (name,) in con.execute("SELECT package FROM intake.package").fetchall()]
            prove(con, received)
            cut_short += len(received) < len(find_packages(landing))
            receive_all(con, landing)
            assert account(con) == expected
    assert cut_short > 0
