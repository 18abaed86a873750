"""What persons share is found whichever of their settlements arrives first, and however it is corrected later."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from support.parcels import Row, deliver, receive, row

from lianshen.content import content_root
from lianshen.rules import load_rules, screen
from lianshen.warehouse import find_packages, marts, open_warehouse

RULES = [rule for rule in load_rules(content_root()) if rule.id in ("AD-02", "FR-03", "XR-10")]
CODE = "81000000000000000001"


def bill(number: int, **changes: str) -> dict[str, list[Row]]:
    """Return an out-patient bill of its own person, with a pack that carries the shared code."""
    own = {"setl_id": f"S{number}", "mdtrt_id": f"M{number}", "psn_no": f"P{number}"}
    day = f"2026-11-{9 + number:02d}"
    header = row(
        "setl_d", **own, begndate=day, enddate=day, setl_time=f"{day} 10:00:00", med_type="11",
        updt_time=f"{day} 10:00:00",
    )  # fmt: skip
    line = row(
        "fee_list_d", **own, bkkp_sn=f"B{number}", feedetl_sn=f"F{number}", fee_ocur_time=f"{day} 09:00:00",
        crte_time=f"{day} 09:10:00", updt_time=f"{day} 10:00:00",
    )  # fmt: skip
    pack = {
        "drug_trac_codg": CODE, "bkkp_sn": f"B{number}", "setl_id": f"S{number}", "fixmedins_code": "H51010000001",
        "scan_time": f"{day} 09:00:00", "trdn_flag": "0", "cnt": "1", "pack_cnt": "1", "vali_flag": "1",
        "updt_time": f"{day} 10:00:00",
    }  # fmt: skip
    return {"setl_d": [header], "fee_list_d": [line], "drug_trac_d": [{**pack, **changes}]}


def found(landing: Path, order: Iterable[str], at_once: bool = False) -> list[Any]:
    packages = {package.name: package for package in find_packages(landing)}
    con = open_warehouse(None)
    order = list(order)
    for name in order:
        receive(con, packages[name])
        if not at_once or name == order[-1]:
            marts.refresh(con)
            assert [run.error for run in screen(con, RULES, night=name) if run.error] == []
            marts.clear_touched(con)
    rows = con.execute("SELECT COLUMNS(* EXCLUDE (a2, counted_a2)) FROM audit.finding ORDER BY ALL").fetchall()
    con.close()
    return rows


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    for number in (1, 2, 3):
        deliver(tmp_path, f"2026-11-{17 + number}", **bill(number))
    return tmp_path


def test_a_shared_code_is_found_whichever_settlement_comes_first(landing: Path) -> None:
    names = ["2026-11-18", "2026-11-19", "2026-11-20"]
    expected = found(landing, names)
    assert {(one[7], one[8]) for one in expected if one[1] == "FR-03"} == {("S2", "S1"), ("S3", "S2")}
    for order in permutations(names):
        assert found(landing, [*order, order[0]]) == expected
    assert found(landing, names, at_once=True) == expected


def test_a_code_that_was_read_wrongly_no_longer_links_the_others(landing: Path) -> None:
    later = bill(2, vali_flag="0", updt_time="2026-11-21 10:00:00")["drug_trac_d"]
    deliver(landing, "2026-11-21", drug_trac_d=later)
    names = ["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21"]
    expected = found(landing, names)
    assert {(one[7], one[8]) for one in expected if one[1] == "FR-03"} == {("S3", "S1")}
    for order in (names[::-1], names[2:] + names[:2]):
        assert found(landing, order) == expected
