"""Dirt: every spoiled cell is where the answer key says it is, and what the answer key needs stays clean."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from lianshen.province import generate
from lianshen.province.dirt import TRAPS

START = date(2026, 11, 1)


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a province of one night with five per cent of its rows spoiled, and odd packages beside it."""
    out = tmp_path_factory.mktemp("dirty")
    generate(out, seed=5, nights=1, settlements_per_night=300, start=START, dirty=0.05, oddities=True)
    return out


def test_every_kind_of_dirt_is_planted(dirty: Path) -> None:
    kinds = duckdb.sql(f"SELECT DISTINCT table_name, trap, outcome FROM '{dirty}/truth/dirty.parquet'").fetchall()
    wanted = {(trap.table, trap.name, trap.outcome) for trap in TRAPS}
    assert set(kinds) >= wanted
    assert ("setl_d", "older_copy", "superseded") in kinds


def test_each_spoiled_cell_is_where_the_key_says(dirty: Path) -> None:
    rows = duckdb.sql(
        f"SELECT table_name, package, row_no, column_name, value, trap FROM '{dirty}/truth/dirty.parquet'"
    ).fetchall()
    tables = {
        name: pq.read_table(dirty / "landing" / "2026-11-01" / f"{name}.parquet") for name in {row[0] for row in rows}
    }
    for table, package, row_no, column, value, trap in rows:
        assert package == "2026-11-01"
        if trap != "older_copy":
            assert tables[table][column][row_no - 1].as_py() == value


def test_an_older_copy_is_older(dirty: Path) -> None:
    lines = f"'{dirty}/landing/2026-11-01/fee_list_d.parquet'"
    copies = duckdb.sql(f"SELECT key FROM '{dirty}/truth/dirty.parquet' WHERE trap = 'older_copy'").fetchall()
    twice = duckdb.sql(f"SELECT bkkp_sn FROM {lines} GROUP BY bkkp_sn HAVING COUNT(DISTINCT updt_time) = 2").fetchall()
    assert set(twice) <= set(copies)
    assert twice


def test_planted_records_stay_clean(dirty: Path) -> None:
    spoiled = duckdb.sql(
        f"""SELECT COUNT(*) FROM '{dirty}/truth/dirty.parquet' AS d
        INNER JOIN '{dirty}/truth/planted.parquet' AS p ON d.key IN (p.setl_id, p.linked_setl_id)
        WHERE d.table_name <> 'stmt_d' AND (p.period IS NULL OR p.kind <> 'related')"""
    ).fetchone()
    assert spoiled == (0,)


def test_control_sums_count_every_delivered_row(dirty: Path) -> None:
    manifest = json.loads((dirty / "landing" / "2026-11-01" / "manifest.json").read_text(encoding="utf-8"))
    table = pq.read_table(dirty / "landing" / "2026-11-01" / "setl_d.parquet")
    assert Decimal(manifest["tables"]["setl_d"]["control"]["fund_pay_sumamt"]) == sum(
        table["fund_pay_sumamt"].to_pylist()
    )


def test_a_later_package_corrects_and_withdraws(dirty: Path) -> None:
    first, second = (dirty / "landing" / name / "setl_d.parquet" for name in ("2026-11-01", "2026-11-01.2"))
    rows = duckdb.sql(
        f"""SELECT n.vali_flag, n.dise_name, CAST(n.updt_time AS VARCHAR) > CAST(o.updt_time AS VARCHAR)
        FROM '{second}' AS n INNER JOIN '{first}' AS o ON n.setl_id = o.setl_id"""
    ).fetchall()
    assert {row[0] for row in rows} == {"0", "1"}
    assert all(later for *_, later in rows)


def test_one_package_states_a_wrong_sum(dirty: Path) -> None:
    folder = dirty / "landing" / "2026-11-01.3"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    sums = pq.read_table(folder / "manl_claim_d.parquet")["medfee_sumamt"].to_pylist()
    declared = Decimal(manifest["tables"]["manl_claim_d"]["control"]["medfee_sumamt"])
    assert declared == sum(Decimal(value) for value in sums) + 1
