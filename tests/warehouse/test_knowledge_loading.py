"""Knowledge files in the warehouse: parts beside the table's file, and what a changed point makes a night look at."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest
from support.parcels import deliver, receive, row

from lianshen.content import content_root
from lianshen.warehouse import WarehouseError, marts, open_warehouse

BED, WARD = "001109000010000", "001109000020000"
HEAD = "kp_id,hilist_code,unit,cap,note_zh,source,batch,valid_from,valid_until\n"


def point(kp_id: str, code: str, cap: str = "1", since: str = "2024-01-01", until: str = "") -> str:
    return f"{kp_id},{code},DAY,{cap},每日限计 {cap} 次,测试来源,T-1,{since},{until}\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    for name in ("sql", "policies", "knowledge"):
        shutil.copytree(content_root() / name, folder / name)
    (folder / "knowledge" / "quantity_limit.csv").write_text(HEAD + point("K1", BED), "utf-8")
    return folder


@pytest.fixture
def warehouse(tmp_path: Path, content: Path) -> Path:
    """Two settlements in November, one with a bed (a line on the 11th), one with a ward (on the 15th)."""
    path = tmp_path / "warehouse.duckdb"
    with open_warehouse(path, content=content) as con:
        receive(
            con,
            deliver(
                tmp_path / "landing",
                "2026-11-18",
                setl_d=[row("setl_d"), row("setl_d", setl_id="S2", mdtrt_id="M2", psn_no="P2", begndate="2026-11-14")],
                fee_list_d=[
                    row("fee_list_d", hilist_code=BED),
                    row(
                        "fee_list_d", bkkp_sn="B2", feedetl_sn="F2", mdtrt_id="M2", setl_id="S2", psn_no="P2",
                        hilist_code=WARD, fee_ocur_time="2026-11-15 08:00:00",
                    ),
                ],
            ),
        )  # fmt: skip
        marts.refresh(con)
        marts.clear_touched(con)
    return path


def touched(path: Path, content: Path) -> list[str]:
    """Open the warehouse as the next night does; return the settlements that it looks at again."""
    with open_warehouse(path, content=content) as con:
        marts.refresh(con)
        found = con.execute("SELECT setl_id FROM work.touched_settlement ORDER BY 1").fetchall()
        marts.clear_touched(con)
    return [setl_id for (setl_id,) in found]


def write(content: Path, points: Sequence[str], name: str = "quantity_limit.csv") -> None:
    file = content / "knowledge" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(HEAD + "".join(points), "utf-8")


def test_nothing_is_looked_at_again_while_no_file_changed(warehouse: Path, content: Path) -> None:
    assert touched(warehouse, content) == []
    file = content / "knowledge" / "quantity_limit.csv"
    file.write_text(file.read_text("utf-8").replace("\n", "\r\n"), "utf-8")
    assert touched(warehouse, content) == []


def test_a_new_point_is_looked_at_where_its_item_was_charged_while_it_holds(warehouse: Path, content: Path) -> None:
    write(content, [point("K1", BED), point("K2", WARD)])
    assert touched(warehouse, content) == ["S2"]
    write(content, [point("K1", BED), point("K2", WARD), point("K3", WARD, since="2026-11-19")])
    assert touched(warehouse, content) == []
    write(content, [point("K1", BED), point("K2", WARD), point("K3", WARD, since="2026-11-18")])
    assert touched(warehouse, content) == ["S2"]


def test_a_point_that_ends_is_looked_at_from_its_end_on_and_a_changed_one_from_its_beginning(
    warehouse: Path, content: Path
) -> None:
    write(content, [point("K1", BED, until="2026-11-19")])
    assert touched(warehouse, content) == []
    write(content, [point("K1", BED, until="2026-11-12")])
    assert touched(warehouse, content) == ["S1"]
    write(content, [point("K1", BED, cap="2", until="2026-11-12")])
    assert touched(warehouse, content) == ["S1"]


def test_a_part_is_read_beside_the_table_and_taken_out_again(warehouse: Path, content: Path) -> None:
    write(content, [point("K2", WARD)], "quantity_limit/T-1.csv")
    assert touched(warehouse, content) == ["S2"]
    with open_warehouse(warehouse, content=content) as con:
        assert con.execute("SELECT kp_id FROM knowledge.quantity_limit ORDER BY 1").fetchall() == [("K1",), ("K2",)]
    (content / "knowledge" / "quantity_limit" / "T-1.csv").unlink()
    assert touched(warehouse, content) == ["S2"]
    (content / "knowledge" / "quantity_limit.csv").unlink()
    assert touched(warehouse, content) == ["S1"]
    with open_warehouse(warehouse, content=content) as con:
        assert con.execute("SELECT COUNT(*) FROM knowledge.quantity_limit").fetchall() == [(0,)]


def test_a_point_of_several_rows_is_looked_at_with_all_its_items(warehouse: Path, content: Path) -> None:
    write(content, [point("K1", BED), point("K2", WARD), point("K2", "001109000030000")])
    assert touched(warehouse, content) == ["S2"]
    write(content, [point("K1", BED), point("K2", WARD)])
    assert touched(warehouse, content) == ["S2"]


def test_a_table_that_names_no_item_has_everything_looked_at_again(warehouse: Path, content: Path) -> None:
    file = content / "knowledge" / "periodic_treatment.csv"
    file.write_text(file.read_text("utf-8") + "C99,测试\n", "utf-8")
    assert touched(warehouse, content) == ["S1", "S2"]


def test_a_file_that_lacks_a_column_or_has_an_unknown_one_is_refused_with_what_to_do(
    warehouse: Path, content: Path
) -> None:
    file = content / "knowledge" / "quantity_limit.csv"
    file.write_text("kp_id,hilist_code,unit,limit\nK1,001109000010000,DAY,1\n", "utf-8")
    with pytest.raises(WarehouseError, match=r"column 'limit' is unknown: the table has kp_id.*'cap' is missing"):
        open_warehouse(warehouse, content=content)


def test_a_table_that_the_warehouse_did_not_have_is_looked_at_with_all_its_points(
    warehouse: Path, content: Path
) -> None:
    with duckdb.connect(str(warehouse)) as con:
        con.execute("DROP TABLE knowledge.quantity_limit")
        con.execute("DELETE FROM knowledge._file WHERE table_name = 'quantity_limit'")
    assert touched(warehouse, content) == ["S1"]


def test_the_history_is_looked_at_again_from_a_day_on_or_whole(warehouse: Path, content: Path) -> None:
    for day, wanted in ((date(2026, 11, 18), ["S1", "S2"]), (date(2026, 11, 19), []), (None, ["S1", "S2"])):
        with open_warehouse(warehouse, content=content) as con:
            assert marts.touch_since(con, day) == len(wanted)
        assert touched(warehouse, content) == wanted


def test_a_new_warehouse_has_nothing_to_look_at_again(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "new.duckdb") as con:
        assert _count(con) == 0


def _count(con: duckdb.DuckDBPyConnection) -> int:
    found = con.execute("SELECT COUNT(*) FROM intake.touched").fetchone()
    return int(found[0]) if found else -1
