"""Schemes lie beside the province: it stays what it is, and what they bill is right to the cent."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import duckdb
import pytest

from lianshen.province import generate
from lianshen.province.schemes import KINDS

NIGHTS, SETTLEMENTS = 4, 400
OF_EVERYTHING = {"stmt_d"}
"""Institutions state what was settled with them, whatever it was."""


def make(out: Path, *, schemes: bool) -> Path:
    generate(
        out, seed=7, nights=NIGHTS, settlements_per_night=SETTLEMENTS, start=date(2026, 11, 1), dirty=0.004,
        schemes=schemes,
    )  # fmt: skip
    return out


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("without"), schemes=False)


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("beside"), schemes=True)


def rows(con: duckdb.DuckDBPyConnection, file: Path, columns: list[str] | None = None) -> list[tuple[object, ...]]:
    names = ", ".join(f"CAST({name} AS VARCHAR)" for name in columns or ["*"]) if columns else "*"
    return con.execute(f"SELECT {names} FROM READ_PARQUET('{file}')").fetchall()


def test_every_row_of_the_province_stands_where_it_stood(without: Path, beside: Path) -> None:
    con = duckdb.connect()
    files = sorted(file.relative_to(without) for file in without.glob("landing/*/*.parquet"))
    assert len(files) > 80
    longer = 0
    for file in files:
        if file.stem in OF_EVERYTHING:
            continue
        names = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM READ_PARQUET('{without / file}')").fetchall()]
        alone, both = rows(con, without / file, names), rows(con, beside / file, names)
        assert both[: len(alone)] == alone, file
        longer += len(both) > len(alone)
    assert longer > 30


def test_the_answer_key_of_the_faults_does_not_change(without: Path, beside: Path) -> None:
    for name in ("planted", "dirty", "unsent"):
        old, new = (hashlib.sha256((path / "truth" / f"{name}.parquet").read_bytes()) for path in (without, beside))
        assert old.hexdigest() == new.hexdigest(), name
    assert not (without / "truth" / "schemes.parquet").exists()


def test_the_same_seed_plants_the_same_schemes(beside: Path, tmp_path: Path) -> None:
    again = make(tmp_path, schemes=True)
    files = sorted(file.relative_to(beside) for file in beside.glob("*/**/*.parquet"))
    assert files
    assert [file for file in files if (beside / file).read_bytes() != (again / file).read_bytes()] == []


@pytest.fixture(scope="module")
def landed(beside: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for name in ("setl_d", "fee_list_d", "setl_fund_d", "stmt_d", "psn_b", "mdtrt_d"):
        files = f"READ_PARQUET('{beside}/landing/*/{name}.parquet', union_by_name = true)"
        con.execute(f"CREATE TABLE {name} AS SELECT * FROM {files}")
    con.execute(f"CREATE TABLE scheme AS SELECT * FROM READ_PARQUET('{beside}/truth/schemes.parquet')")
    return con


def test_there_is_a_scheme_of_every_kind_with_enough_settlements(landed: duckdb.DuckDBPyConnection) -> None:
    found = dict(landed.execute("SELECT scheme, COUNT(*) FROM scheme GROUP BY ALL").fetchall())
    assert set(found) == {kind.name for kind in KINDS}
    assert min(found.values()) >= 10


def test_every_settlement_of_a_scheme_was_sent_and_adds_up(landed: duckdb.DuckDBPyConnection) -> None:
    many, wrong = landed.execute(
        """
        WITH lines AS (
            SELECT setl_id, SUM(CAST(det_item_fee_sumamt AS DECIMAL(18, 2))) AS total,
                SUM(CAST(inscp_amt AS DECIMAL(18, 2))) AS inscp
            FROM fee_list_d GROUP BY setl_id
        )
        SELECT COUNT(*), COUNT(*) FILTER (
            CAST(s.medfee_sumamt AS DECIMAL(18, 2)) <> l.total OR CAST(s.inscp_amt AS DECIMAL(18, 2)) <> l.inscp
            OR CAST(s.medfee_sumamt AS DECIMAL(18, 2)) <> CAST(s.fund_pay_sumamt AS DECIMAL(18, 2))
                + CAST(s.psn_pay AS DECIMAL(18, 2))
            OR l.total * 100 <> p.total_fen OR p.excess_fen > p.total_fen)
        FROM scheme AS p INNER JOIN setl_d AS s USING (setl_id) INNER JOIN lines AS l USING (setl_id)
        """
    ).fetchall()[0]
    assert (many, wrong) == (landed.execute("SELECT COUNT(*) FROM scheme").fetchall()[0][0], 0)


def test_padded_stays_cost_what_their_scheme_says(landed: duckdb.DuckDBPyConnection) -> None:
    ratio = dict(
        landed.execute(
            """SELECT scheme, MEDIAN(total_fen / (total_fen - excess_fen)) FROM scheme
            WHERE excess_fen > 0 AND excess_fen < total_fen GROUP BY ALL"""
        ).fetchall()
    )
    assert 1.4 <= ratio["visitor_overtreatment"] <= 1.85
    assert 1.3 <= ratio["institution_padding"] <= 1.75
    assert 1.9 <= ratio["single_stay_excess"] <= 3.2
    assert 2.8 <= ratio["doctor_overprescribing"] <= 5.2


def test_a_ring_buys_within_ten_minutes_on_several_dates(landed: duckdb.DuckDBPyConnection) -> None:
    found = landed.execute(
        """
        SELECT p.scheme_id, CAST(s.setl_time AS DATE) AS day, COUNT(DISTINCT s.psn_no),
            COUNT(DISTINCT s.fixmedins_code),
            DATE_DIFF('second', MIN(CAST(s.setl_time AS TIMESTAMP)), MAX(CAST(s.setl_time AS TIMESTAMP)))
        FROM scheme AS p INNER JOIN setl_d AS s USING (setl_id) WHERE p.scheme = 'drug_resale_ring' GROUP BY ALL
        """
    ).fetchall()
    assert len({day for _, day, *_ in found}) >= 3
    assert all(people >= 3 and shops == 1 and seconds <= 600 for *_, people, shops, seconds in found)


def test_a_group_is_admitted_together_and_stays_equally_long(landed: duckdb.DuckDBPyConnection) -> None:
    found = landed.execute(
        """
        SELECT p.scheme_id, s.begndate, COUNT(DISTINCT s.psn_no), COUNT(DISTINCT s.enddate)
        FROM scheme AS p INNER JOIN setl_d AS s USING (setl_id) WHERE p.scheme = 'ghost_admissions' GROUP BY ALL
        """
    ).fetchall()
    assert all(people >= 3 and ends == 1 for *_, people, ends in found)


def test_busloads_come_from_one_county(landed: duckdb.DuckDBPyConnection) -> None:
    found = landed.execute(
        """
        SELECT p.scheme_id, COUNT(DISTINCT s.insu_admdvs), COUNT(*) / COUNT(DISTINCT s.begndate)
        FROM scheme AS p INNER JOIN setl_d AS s USING (setl_id) WHERE p.scheme = 'source_cluster' GROUP BY ALL
        """
    ).fetchall()
    assert all(counties == 1 and each >= 5 for _, counties, each in found)


def test_prescriptions_of_a_loop_name_its_doctors(landed: duckdb.DuckDBPyConnection) -> None:
    found = landed.execute(
        """
        SELECT p.scheme_id, COUNT(DISTINCT l.bilg_dr_codg), COUNT(DISTINCT s.fixmedins_code), COUNT(DISTINCT s.setl_id)
        FROM scheme AS p INNER JOIN setl_d AS s USING (setl_id) INNER JOIN fee_list_d AS l USING (setl_id)
        WHERE p.scheme = 'referral_loop' AND l.rx_circ_flag = '1' GROUP BY ALL
        """
    ).fetchall()
    assert all(doctors <= 2 and shops == 1 and fills >= 4 for _, doctors, shops, fills in found)
    innocent = landed.execute(
        """SELECT COUNT(DISTINCT fixmedins_code) FROM fee_list_d
        WHERE rx_circ_flag = '1' AND setl_id NOT IN (SELECT setl_id FROM scheme)"""
    ).fetchall()[0][0]
    assert innocent > 1


def test_statements_hold_the_schemes_too(landed: duckdb.DuckDBPyConnection) -> None:
    missing = landed.execute(
        """
        SELECT COUNT(*) FROM scheme AS p INNER JOIN setl_d AS s USING (setl_id)
        WHERE NOT EXISTS (
            SELECT 1 FROM stmt_d AS t WHERE t.fixmedins_code = s.fixmedins_code AND t.insutype = s.insutype
                AND t.clr_type = s.clr_type AND t.stmt_begndate = CAST(CAST(s.setl_time AS DATE) AS VARCHAR))
        """
    ).fetchall()[0][0]
    assert missing <= 2, "a statement that a fault withholds, or dirt spoiled"
