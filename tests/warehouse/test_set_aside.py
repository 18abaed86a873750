"""Rows that were set aside: rules know of what settlement they are missing, on the night and ever after."""

from __future__ import annotations

from pathlib import Path

from support.parcels import deliver, receive, row

from lianshen.warehouse import find_packages, marts, open_warehouse

SHOWN = "SELECT table_name, primary_key, setl_id FROM intake.set_aside ORDER BY ALL"


def test_a_line_set_aside_later_has_its_settlement_looked_at_again(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    deliver(landing, "2026-11-18", setl_d=[row("setl_d")], fee_list_d=[row("fee_list_d")])
    deliver(landing, "2026-11-19", fee_list_d=[row("fee_list_d", bkkp_sn="B2", list_type="999")])
    with open_warehouse(None) as con:
        first, second = find_packages(landing)
        receive(con, first)
        assert con.execute(SHOWN).fetchall() == []
        marts.refresh(con)
        marts.clear_touched(con)
        receive(con, second)
        assert con.execute(SHOWN).fetchall() == [("fee_list_d", "B2", "S1")]
        marts.refresh(con)
        assert con.execute("FROM work.touched_settlement").fetchall() == [("S1",)]


def test_a_header_set_aside_is_known_by_its_own_number(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    deliver(landing, "2026-11-18", setl_d=[row("setl_d", insutype="888"), row("setl_d", setl_id="S2")])
    with open_warehouse(None) as con:
        receive(con, find_packages(landing)[0])
        assert con.execute(SHOWN).fetchall() == [("setl_d", "S1", "S1")]
