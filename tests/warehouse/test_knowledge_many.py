"""Many points: loaded only when they changed, and screening finds what it found without them."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from lianshen.content import content_root
from lianshen.knowledge.checking import check_knowledge
from lianshen.rules import screen
from lianshen.rules.document import read_rules
from lianshen.rules.tables import LOGICAL, Tables
from lianshen.warehouse import open_warehouse
from lianshen.warehouse.knowledge import load_knowledge

MANY = 20_000
ITEM = "001102000010000"
HEAD = "kp_id,hilist_code,min_days,max_days,note_zh,source,batch,valid_from,valid_until\n"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("content")
    for name in ("sql", "policies", "knowledge"):
        shutil.copytree(content_root() / name, folder / name)
    return folder


def part(content: Path, name: str, rows: list[tuple[str, str]]) -> Path:
    path = content / "knowledge" / "age_limit" / name
    path.parent.mkdir(exist_ok=True)
    lines = [f"{kp_id},{code},,5478,限14周岁及以下,测试,{name},2026-01-01,\n" for kp_id, code in rows]
    path.write_text(HEAD + "".join(lines), "utf-8")
    return path


def found(con: duckdb.DuckDBPyConnection, content: Path) -> list[tuple[str, str]]:
    """Screen an adult's settlement with one line by PL-04; return rule and settlement of each finding."""
    tables = Tables(content / "sql")
    con.execute("CREATE TABLE line AS FROM mart.fee_line LIMIT 0")
    con.execute("DROP VIEW mart.fee_line")
    con.execute("CREATE TABLE mart.fee_line AS FROM line")
    for name, row in (("settlement", {"setl_id": "S1"}), ("fee_line", {"setl_id": "S1", "hilist_code": ITEM})):
        con.execute(f"INSERT INTO {LOGICAL[name][0]} BY NAME {tables.select(name, [row])}")
    con.execute("INSERT INTO work.touched_settlement VALUES ('S1')")
    con.execute("INSERT INTO work.touched_person VALUES ('P1', ?, ?)", [date(2026, 11, 2), date(2026, 11, 9)])
    paths = list((content / "sql" / "rules").rglob("PL-04_*.sql"))
    screen(con, read_rules(paths, tables), night="2026-11-20")
    return con.execute("SELECT source_id, setl_id FROM audit.finding").fetchall()


def test_many_points_are_loaded_once_checked_and_change_no_other_finding(content: Path, tmp_path: Path) -> None:
    part(content, "one.csv", [("ONE-1", ITEM)])
    with open_warehouse(None, content=content) as con:
        few = found(con, content)
    many = part(content, "many.csv", [(f"MANY-{n}", f"0011{n:011d}") for n in range(30_000, 30_000 + MANY)])
    assert [p for p in check_knowledge(content, only=["age_limit"]) if p.severity == "error"] == []
    path = tmp_path / "warehouse.duckdb"
    with open_warehouse(path, content=content) as con:
        rows = con.execute("SELECT COUNT(*) FROM knowledge.age_limit WHERE batch = 'many.csv'").fetchone()
        assert rows == (MANY,)
    with open_warehouse(path, content=content) as con:
        assert load_knowledge(con, content) == []
        many.write_text(many.read_text("utf-8").replace("MANY-30001", "MANY-0"), "utf-8")
        assert load_knowledge(con, content) == ["age_limit"]
        assert found(con, content) == few == [("PL-04", "S1")]
