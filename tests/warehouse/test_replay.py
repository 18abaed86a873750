"""Quarantine once more: rows that pass after a fix are released, and the result is that of having passed at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.parcels import check_codes, deliver, receive, row

from lianshen.content import content_root
from lianshen.errors import UsageError
from lianshen.warehouse import account, find_packages, open_warehouse, replay_quarantine
from lianshen.warehouse.schema import _read_folder


def own_content(folder: Path, insutype: str) -> Path:
    """Return a content folder of one's own whose list of insurance types has one more member."""
    for name in ("sql", "policies", "knowledge"):
        shutil.copytree(content_root() / name, folder / name)
    codes = folder / "sql" / "schema" / "codes.yaml"
    text = codes.read_text("utf-8")
    codes.write_text(text.replace("insutype:\n", f'insutype:\n  "{insutype}": 新险种 new\n'), "utf-8")
    return folder


def landing_of(tmp_path: Path) -> Path:
    landing = tmp_path / "landing"
    private = {"certno": "11010519491231002X", "psn_name": "张三丰"}
    deliver(landing, "2026-11-18", setl_d=[row("setl_d", insutype="888", **private), row("setl_d", setl_id="S2")],
            fee_list_d=[row("fee_list_d")])  # fmt: skip
    newer = row("setl_d", insutype="888", updt_time="2026-11-19 00:00:00", hosp_lv="99")
    deliver(landing, "2026-11-19", setl_d=[newer])
    return landing


def test_rows_are_released_after_a_code_list_was_mended(tmp_path: Path) -> None:
    landing, path = landing_of(tmp_path), tmp_path / "warehouse.duckdb"
    with open_warehouse(path) as con:
        for package in find_packages(landing):
            receive(con, package)
        before = con.execute("FROM intake.quarantine ORDER BY ALL").fetchall()
        replay_quarantine(con, check=check_codes)
        assert con.execute("FROM intake.quarantine ORDER BY ALL").fetchall() == before
    content = own_content(tmp_path / "content", "888")
    with open_warehouse(path, content=content) as con:
        con.execute("DELETE FROM intake.touched")
        receipts = replay_quarantine(con, check=check_codes)
        assert [receipt.package for receipt in receipts] == ["2026-11-18", "2026-11-19"]
        assert con.execute("SELECT column_name, rule FROM intake.quarantine").fetchall() == [("hosp_lv", "codes")]
        assert con.execute("SELECT DISTINCT key FROM intake.touched").fetchall() == [("S1",)]
        released = con.execute("FROM settled.setl_d ORDER BY setl_id").fetchall()
        lines = con.execute("FROM settled.fee_list_d").fetchall()
        accounts = account(con)
    with open_warehouse(None, content=content) as con:
        for package in find_packages(landing):
            receive(con, package)
        assert con.execute("FROM settled.setl_d ORDER BY setl_id").fetchall() == released
        assert con.execute("FROM settled.fee_list_d").fetchall() == lines
        assert account(con) == accounts
    _read_folder.cache_clear()


def test_what_does_not_exist_cannot_be_replayed(tmp_path: Path) -> None:
    with open_warehouse(None) as con:
        with pytest.raises(UsageError, match="not a landed table"):
            replay_quarantine(con, table="weather")
        with pytest.raises(UsageError, match="was not received"):
            replay_quarantine(con, package="2026-11-18")
        assert replay_quarantine(con) == []
