"""What the warehouse holds follows from what was received, never from when."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.parcels import Row, deliver, receive, row

from lianshen.warehouse import account, find_packages, marts, open_warehouse

DAYS = [(date(2026, 11, 18) + timedelta(days=n)).isoformat() for n in range(4)]
NAMES = [*DAYS, f"{DAYS[1]}.2", f"{DAYS[2]}.10"]


def state(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return every table that must not depend on the order, its rows sorted."""
    tables = con.execute(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables "
        "WHERE table_schema IN ('settled', 'intake', 'mart') AND table_name <> 'touched' ORDER BY ALL"
    ).fetchall()
    found = {name: sorted(map(str, con.execute(f"FROM {name}").fetchall())) for (name,) in tables}
    return {**found, "account": [str(entry) for entry in account(con)]}


def warehouse_after(landing: Path, order: Sequence[str], refreshed_each_time: bool = True) -> dict[str, list[str]]:
    packages = {package.name: package for package in find_packages(landing)}
    con = open_warehouse(None)
    for name in order:
        receive(con, packages[name])
        if refreshed_each_time:
            marts.refresh(con)
            marts.clear_touched(con)
    marts.refresh(con)
    marts.clear_touched(con)
    found = state(con)
    con.close()
    return found


def moment(minute: int) -> str:
    return f"2026-11-18 10:{minute:02d}:00"


header = st.builds(
    lambda key, minute, bad, valid, refund, person: row(
        "setl_d",
        setl_id=f"S{key}",
        mdtrt_id=f"M{key}",
        psn_no=f"P{person}",
        updt_time=moment(minute),
        insutype="999" if bad else "310",
        vali_flag="1" if valid else "0",
        refd_setl_flag="1" if refund else "0",
        init_setl_id="S0" if refund else "",
    ),
    st.integers(0, 3),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.integers(0, 1),
)
line = st.builds(
    lambda key, settlement, minute, bad, reverses: row(
        "fee_list_d",
        bkkp_sn=f"B{key}",
        feedetl_sn=f"F{key}",
        setl_id=f"S{settlement}",
        mdtrt_id=f"M{settlement}",
        updt_time=moment(minute),
        chrgitm_lv="07" if bad else "02",
        init_feedetl_sn="F0" if reverses else "",
        det_item_fee_sumamt="-500.00" if reverses else "500.00",
        cnt="-2" if reverses else "2",
    ),
    st.integers(0, 4),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 5).map(lambda n: n == 0),
    st.integers(0, 3).map(lambda n: n == 0),
)
person = st.builds(
    lambda key, sex, number: row("psn_b", psn_no=f"P{key}", gend=sex, certno=number),
    st.integers(0, 2),
    st.sampled_from(["1", "2", "7"]),
    st.sampled_from(["", "11010519491231002X", "440524188001010014"]),
)
item = st.builds(
    lambda key, begin, end, level: row("hilist_b", hilist_code=f"00110100001000{key}", begndate=begin, enddate=end,
                                       chrgitm_lv=level),
    st.integers(0, 2),
    st.sampled_from(["2020-01-01", "2026-01-01"]),
    st.sampled_from(["", "2026-11-19", "2027-12-31"]),
    st.sampled_from(["01", "02", "09"]),
)  # fmt: skip


def unique(rows: list[Row], *key: str) -> list[Row]:
    return list({tuple(r[k] for k in key): r for r in rows}.values())


contents = st.fixed_dictionaries(
    {},
    optional={
        "setl_d": st.lists(header, max_size=3),
        "fee_list_d": st.lists(line, max_size=4),
        "psn_b": st.lists(person, max_size=3).map(lambda rows: unique(rows, "psn_no")),
        "hilist_b": st.lists(item, max_size=3),
    },
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(contents, min_size=len(NAMES), max_size=len(NAMES)), st.randoms(use_true_random=False))
def test_packages_in_any_order_give_the_same_rows(parcels: list[dict[str, list[Row]]], chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        landing = Path(folder)
        for name, tables in zip(NAMES, parcels, strict=True):
            deliver(landing, name, **tables)
        in_order = [package.name for package in find_packages(landing)]
        expected = warehouse_after(landing, in_order)
        shuffled = in_order.copy()
        chance.shuffle(shuffled)
        assert warehouse_after(landing, [*shuffled, shuffled[0]], chance.random() < 0.5) == expected


@pytest.mark.parametrize("order", [["2026-11-18", "2026-11-19"], ["2026-11-19", "2026-11-18"]])
def test_a_line_that_moved_to_a_settlement_set_aside_waits_in_either_order(tmp_path: Path, order: list[str]) -> None:
    deliver(tmp_path, "2026-11-18", fee_list_d=[row("fee_list_d", setl_id="S1")], setl_d=[row("setl_d")])
    moved = row("fee_list_d", setl_id="S2", updt_time="2026-11-19 08:00:00")
    deliver(tmp_path, "2026-11-19", fee_list_d=[moved], setl_d=[row("setl_d", setl_id="S2", insutype="999")])
    con = open_warehouse(None)
    packages = {package.name: package for package in find_packages(tmp_path)}
    for name in order:
        receive(con, packages[name])
    assert con.execute("SELECT COUNT(*) FROM settled.fee_list_d").fetchone() == (0,)
    assert con.execute("SELECT package, rule FROM intake.quarantine WHERE table_name = 'fee_list_d'").fetchall() == [
        ("2026-11-19", "waits_for_settlement")
    ]
    assert con.execute("SELECT package FROM intake.superseded").fetchall() == [("2026-11-18",)]
