"""The published snapshot: the same warehouse gives the same bytes, and readers reach nothing else."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from support.parcels import deliver, receive, row

from lianshen.warehouse import marts, open_published, publish
from lianshen.warehouse.publish import KEPT, TABLES
from lianshen.warehouse.published import NothingPublished


def filled(con: duckdb.DuckDBPyConnection, landing: Path) -> None:
    rows = [row("setl_d", setl_id=f"S{n}", mdtrt_id=f"M{n}") for n in range(300)]
    lines = [row("fee_list_d", bkkp_sn=f"B{n}", setl_id=f"S{n}") for n in range(300)]
    receive(con, deliver(landing, "2026-11-18", setl_d=rows, fee_list_d=lines, fixmedins_b=[row("fixmedins_b")]))
    marts.refresh(con)
    con.execute("INSERT INTO audit.score SELECT 'MD-11', 'v', 'S7', 0.5, NULL, NULL, NULL, NULL, '[]', NULL")


def test_the_same_warehouse_gives_the_same_snapshot_whenever_it_is_written(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    filled(con, tmp_path / "landing")
    one = publish(con, tmp_path / "one", "2026-11-18")
    other = publish(con, tmp_path / "other", "2026-11-18")
    assert one.name == other.name
    assert {p.name: p.read_bytes() for p in one.iterdir()} == {p.name: p.read_bytes() for p in other.iterdir()}
    assert publish(con, tmp_path / "one", "2026-11-18") == one


def test_readers_find_every_table_and_the_lines_of_what_was_scored_only(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    filled(con, tmp_path / "landing")
    publish(con, tmp_path / "published", "2026-11-18")
    with open_published(tmp_path / "published") as reader:
        assert {name for (name,) in reader.execute("SHOW TABLES").fetchall()} == set(TABLES)
        assert reader.execute("SELECT COUNT(*) FROM settlement").fetchone() == (300,)
        assert reader.execute("SELECT setl_id FROM fee_line").fetchall() == [("S7",)]
        assert reader.execute(
            "SELECT accepted FROM account_control WHERE column_name = 'medfee_sumamt'"
        ).fetchone() == (Decimal("300000.00"),)


def test_readers_cannot_reach_other_files_or_unlock_the_door(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    publish(con, tmp_path / "published", "2026-11-18")
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with open_published(tmp_path / "published") as reader:
        for attempt in (
            f"SELECT * FROM read_csv('{secret}')",
            f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
            f"ATTACH '{tmp_path / 'x.duckdb'}'",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                reader.execute(attempt)


def test_the_pointer_moves_and_only_the_last_few_are_kept(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    with pytest.raises(NothingPublished, match="screen a night first"):
        open_published(folder)
    names = []
    for n in range(KEPT + 2):
        con.execute("INSERT INTO audit.explanation VALUES (?, '[]')", [f"S{n}"])
        names.append(publish(con, folder, f"2026-11-{n + 10}").name)
    (folder / ".writing-1").mkdir()
    assert publish(con, folder, f"2026-11-{KEPT + 11}").name == names[-1]
    assert (folder / "current").read_text().strip() == names[-1]
    assert {p.name for p in folder.iterdir() if p.is_dir()} == set(names[-KEPT:])
