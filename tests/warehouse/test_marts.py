"""The marts are what the settled rows say, however little of them a night renews."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.parcels import deliver, receive, row

from lianshen.content import content_root
from lianshen.warehouse import find_packages, marts, open_warehouse

WOMAN = "11010519491231002X"
OUT = {"insu_admdvs": "510700", "fix_blng_admdvs": "510100"}


def night(con: duckdb.DuckDBPyConnection) -> marts.Touched:
    touched = marts.refresh(con)
    marts.clear_touched(con)
    return touched


def one(con: duckdb.DuckDBPyConnection, columns: str, setl_id: str = "S1") -> tuple[Any, ...]:
    found = con.execute(f"SELECT {columns} FROM mart.settlement WHERE setl_id = ?", [setl_id]).fetchone()
    assert found is not None
    return found


@pytest.mark.parametrize("table", ["settlement", "fee_line", "filing"])
def test_marts_have_exactly_the_columns_of_the_schema(con: duckdb.DuckDBPyConnection, table: str) -> None:
    text = (content_root() / "sql" / "schema" / "mart" / f"{table}.sql").read_text("utf-8")
    con.execute(text.replace(f"CREATE TABLE {table}", "CREATE TEMP TABLE wanted"))
    wanted = [(r[0], r[1]) for r in con.execute("DESCRIBE wanted").fetchall()]
    assert [(r[0], r[1]) for r in con.execute(f"DESCRIBE mart.{table}").fetchall()] == wanted


def test_a_settlement_knows_its_person_place_and_institution(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    receive(
        con,
        deliver(
            tmp_path,
            "2026-11-18",
            setl_d=[row("setl_d", brdy="1966-11-11")],
            fee_list_d=[row("fee_list_d")],
            psn_b=[row("psn_b", certno=WOMAN)],
            fixmedins_b=[
                row("fixmedins_b", fixmedins_name="旧名", endtime="2025-01-01 00:00:00"),
                row("fixmedins_b", begntime="2025-01-01 00:00:00", fixmedins_name="新名"),
                row("fixmedins_b", begntime="2026-11-11 00:00:00", fixmedins_name="后来的名"),
            ],
            mdtrt_d=[row("mdtrt_d", dscg_way="1")],
            diag_d=[
                row("diag_d", inout_diag_type="1", diag_code="R51.x00"),
                row("diag_d", diag_srt_no="2", maindiag_flag="0", diag_code="E11.900"),
                row("diag_d", diag_srt_no="1"),
            ],
        ),
    )
    assert night(con) == marts.Touched(settlements=1, persons=1)
    columns = "gend, age_years, fixmedins_name, main_diag_code, icd3, dscg_way, n_lines, los_days, care, scope"
    assert one(con, columns) == ("2", 59, "新名", "I10.x00", "I10", "1", 1, 8, "IPT", "IN_PROV")
    assert one(con, "treating_agency, insu_pool, treat_pool, is_cross_region, counts") == (
        "510100", "5107", "5101", True, True)  # fmt: skip
    ((person,),) = con.execute("SELECT certno_hash FROM settled.psn_b").fetchall()
    assert one(con, "person") == (person,)
    assert con.execute("SELECT person, fee_date FROM mart.fee_line").fetchall() == [(person, date(2026, 11, 11))]


@pytest.mark.parametrize(
    ("insured", "treating", "scope", "agency"),
    [
        ("510104", "510199", "LOCAL", "510100"),
        ("510100", "519900", "IN_PROV", "519900"),
        ("519900", "519900", "LOCAL", "519900"),
        ("330100", "510500", "CROSS_PROV", "510500"),
        ("510500", "330100", "CROSS_PROV", "510000"),
        ("510500", "510000", "IN_PROV", "510000"),
    ],
)
def test_scope_and_agency_follow_the_pools(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, insured: str, treating: str, scope: str, agency: str
) -> None:
    header = row("setl_d", insu_admdvs=insured, fix_blng_admdvs=treating)
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[header]))
    night(con)
    assert one(con, "scope, treating_agency, is_cross_region") == (scope, agency, scope != "LOCAL")


def test_a_reversed_settlement_counts_no_more_whichever_came_first(tmp_path: Path) -> None:
    deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d")], fee_list_d=[row("fee_list_d")])
    reversal = row("setl_d", setl_id="S9", refd_setl_flag="1", init_setl_id="S1", medfee_sumamt="-1000.00")
    deliver(tmp_path, "2026-11-19", setl_d=[reversal])
    for order in (1, -1):
        with open_warehouse(None) as con:
            for package in find_packages(tmp_path)[::order]:
                receive(con, package)
                night(con)
            assert one(con, "is_reversal, is_reversed, counts") == (False, True, False)
            assert one(con, "is_reversal, is_reversed, counts", "S9") == (True, False, False)
            assert con.execute("FROM mart.fee_line").fetchall() == []


def test_a_withdrawn_reversal_lets_the_original_count_again(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    reversal = row("setl_d", setl_id="S9", refd_setl_flag="1", init_setl_id="S1")
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d"), reversal]))
    night(con)
    assert one(con, "counts") == (False,)
    withdrawn = {**reversal, "vali_flag": "0", "init_setl_id": "", "updt_time": "2026-11-19 00:00:00"}
    receive(con, deliver(tmp_path, "2026-11-19", setl_d=[withdrawn]))
    assert night(con).settlements == 2
    assert one(con, "counts") == (True,)


def test_a_line_reversed_in_full_is_left_out_with_its_reversal_and_a_partial_one_is_kept(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = [
        row("fee_list_d"),
        row("fee_list_d", bkkp_sn="B2", feedetl_sn="F2", init_feedetl_sn="F1", cnt="-2", det_item_fee_sumamt="-500.00"),
        row("fee_list_d", bkkp_sn="B3", feedetl_sn="F3"),
        row("fee_list_d", bkkp_sn="B4", feedetl_sn="F4", init_feedetl_sn="F3", cnt="-1", det_item_fee_sumamt="-250.00"),
        row("fee_list_d", bkkp_sn="B5", feedetl_sn="F5", vali_flag="0"),
    ]
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d")], fee_list_d=lines))
    night(con)
    assert con.execute("SELECT bkkp_sn FROM mart.fee_line ORDER BY ALL").fetchall() == [("B3",), ("B4",)]


@pytest.mark.parametrize(
    ("later", "settlements"),
    [
        ({"psn_b": [row("psn_b", die_date="2026-11-17")]}, 1),
        ({"out_appy_d": [row("out_appy_d")]}, 1),
        ({"fixmedins_b": [row("fixmedins_b")]}, 2),
        ({"hilist_b": [row("hilist_b")]}, 1),
        ({"hilist_b": [row("hilist_b", begndate="2026-11-12")]}, 0),
        ({"hilist_b": [row("hilist_b", hilist_code="001102000010000")]}, 0),
        ({"mdtrt_d": [row("mdtrt_d")]}, 1),
        ({"diag_d": [row("diag_d")]}, 1),
        ({"fee_list_d": [row("fee_list_d", setl_id="S2", updt_time="2026-11-20 00:00:00")]}, 2),
    ],
)
def test_what_arrives_later_touches_the_settlements_it_concerns_and_no_others(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, later: dict[str, Any], settlements: int
) -> None:
    headers = [row("setl_d"), row("setl_d", setl_id="S2", mdtrt_id="M2", psn_no="P2")]
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=headers, fee_list_d=[row("fee_list_d")]))
    assert night(con).settlements == 2
    receive(con, deliver(tmp_path, "2026-11-19", **later))
    assert marts.refresh(con).settlements == settlements
    assert marts.refresh(con).settlements == settlements
    marts.clear_touched(con)
    assert night(con) == marts.Touched(0, 0)


@pytest.mark.parametrize(
    ("region", "settlements"),
    [("510700", 1), ("510799", 1), ("510104", 1), ("510000", 2), ("512000", 0), ("610000", 1)],
)
def test_a_region_concerns_the_settlements_of_its_city_and_a_province_all_of_its_own(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, region: str, settlements: int
) -> None:
    away = row("setl_d", setl_id="S2", mdtrt_id="M2", insu_admdvs="610102", fix_blng_admdvs="510100")
    home = row("setl_d", insu_admdvs="510722", fix_blng_admdvs="510722", fixmedins_code="H51072200001")
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[home, away]))
    night(con)
    receive(con, deliver(tmp_path, "2026-11-19", admdvs_b=[row("admdvs_b", admdvs=region)]))
    assert night(con).settlements == settlements


def test_an_institution_concerns_those_whom_it_referred(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    referral = row("refl_appy_d", fixmedins_code="H51130200009")
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d")], refl_appy_d=[referral]))
    night(con)
    sender = row("fixmedins_b", fixmedins_code="H51130200009")
    receive(con, deliver(tmp_path, "2026-11-19", fixmedins_b=[sender]))
    assert night(con).settlements == 1
    other = row("fixmedins_b", fixmedins_code="H51130200008")
    receive(con, deliver(tmp_path, "2026-11-20", fixmedins_b=[sender, other]))
    assert night(con).settlements == 0


def test_a_register_of_persons_or_employers_concerns_those_on_it(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    stays = [
        row("setl_d", setl_id=f"S{n}", mdtrt_id=f"M{n}", psn_no=f"P{n}", emp_no=employer)
        for n, employer in enumerate(("E1", "E1", "E2"), start=1)
    ]
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=stays))
    night(con)
    entry = {"insu_admdvs": "510700", "begndate": "2026-01-01", "vali_flag": "1", "updt_time": "2026-11-19 09:00:00"}
    receive(con, deliver(tmp_path, "2026-11-19", remote_reg_emp_d=[{"emp_no": "E1", **entry}]))
    assert night(con).settlements == 2
    receive(con, deliver(tmp_path, "2026-11-20", remote_reg_psn_d=[{"psn_no": "P3", **entry}]))
    assert night(con).settlements == 1


def test_a_filing_under_one_person_number_concerns_the_human_under_every_number(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    persons = [row("psn_b", certno=WOMAN), row("psn_b", psn_no="P2", certno=WOMAN.lower())]
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d", psn_no="P2")], psn_b=persons))
    night(con)
    receive(con, deliver(tmp_path, "2026-11-19", out_appy_d=[row("out_appy_d")]))
    assert night(con) == marts.Touched(settlements=1, persons=1)
    assert con.execute(
        "SELECT f.filing_type, f.valid_until FROM mart.filing AS f JOIN mart.settlement AS s USING (person)"
    ).fetchall() == [("LONG_RESIDENT", date(9999, 12, 31))]


def settled(setl_id: str, day: int, **differs: Any) -> dict[str, Any]:
    """A stay settled on a day of November 2026."""
    return row("setl_d", setl_id=setl_id, mdtrt_id=f"M-{setl_id}", setl_time=f"2026-11-{day:02} 10:00:00", **differs)


def touched(con: duckdb.DuckDBPyConnection) -> set[str]:
    marts.refresh(con)
    found = {setl_id for (setl_id,) in con.execute("SELECT setl_id FROM work.touched_settlement").fetchall()}
    marts.clear_touched(con)
    return found


def test_an_ordinary_night_looks_at_what_arrived_and_at_nothing_before(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[settled("S1", 5), settled("S2", 8)]))
    assert touched(con) == {"S1", "S2"}
    receive(con, deliver(tmp_path, "2026-11-19", setl_d=[settled("S3", 10)]))
    assert touched(con) == {"S3"}


def test_a_settlement_that_arrives_late_has_the_later_ones_of_the_year_looked_at_again(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    later = [settled("S2", 8), settled("S3", 10, psn_no="P2"), settled("S4", 11, insutype="390"),
             settled("S5", 12, med_type="11"), settled("S6", 3),
             settled("S7", 9) | {"setl_time": "2027-01-05 10:00:00"}]  # fmt: skip
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=later))
    touched(con)
    receive(con, deliver(tmp_path, "2026-11-19", setl_d=[settled("S1", 5)]))
    assert touched(con) == {"S1", "S2"}


def test_a_settlement_that_moved_to_another_person_touches_the_later_ones_of_both(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[
        settled("S1", 5), settled("S2", 8), settled("S3", 9, psn_no="P2"), settled("S4", 4, psn_no="P2")]))  # fmt: skip
    touched(con)
    moved = settled("S1", 5, psn_no="P2", updt_time="2026-11-19 00:00:00")
    receive(con, deliver(tmp_path, "2026-11-19", setl_d=[moved]))
    marts.refresh(con)
    # A killed night refreshes again: what it had found must not be forgotten.
    assert touched(con) == {"S1", "S2", "S3"}


def test_a_statement_of_the_years_accumulation_touches_the_person(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[settled("S1", 5), settled("S2", 8, psn_no="P2")]))
    touched(con)
    amounts = dict.fromkeys(("hifp_stay", "hifp_clinic", "dedc_clinic", "burden", "hifmi", "civil", "assist"), "0.00")
    cum = {"psn_no": "P1", "insutype": "310", "year": "2026", "as_of": "2026-01-01 00:00:00", "ipt_cnt": "0",
           "updt_time": "2026-11-19 00:00:00", **amounts}  # fmt: skip
    receive(con, deliver(tmp_path, "2026-11-19", cum_d=[cum]))
    assert touched(con) == {"S1"}


def test_the_person_that_a_settlement_left_is_touched_as_well(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d")]))
    night(con)
    moved = row("setl_d", psn_no="P2", updt_time="2026-11-19 00:00:00")
    receive(con, deliver(tmp_path, "2026-11-19", setl_d=[moved]))
    marts.refresh(con)
    # A killed night refreshes again: the person before must not be forgotten.
    assert marts.refresh(con).persons == 2
    assert con.execute("SELECT person FROM work.touched_person ORDER BY ALL").fetchall() == [("P1",), ("P2",)]


@pytest.mark.parametrize(
    ("changes", "effective"),
    [
        ({}, True),
        ({"rchk_flag": ""}, True),
        ({"rchk_flag": "8"}, False),
        ({"vali_flag": "0"}, False),
        ({"out_fil_upld_stas": "0"}, False),
        ({"rloc_admdvs": ""}, False),
    ],
)
def test_a_filing_is_effective_when_valid_uploaded_and_not_refused(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, changes: dict[str, str], effective: bool
) -> None:
    filing = row("out_appy_d", enddate="2026-12-31", rloc_rea="4", **changes)
    receive(con, deliver(tmp_path, "2026-11-18", out_appy_d=[filing]))
    assert con.execute("SELECT filing_type, valid_until, is_effective FROM mart.filing").fetchall() == [
        ("LONG_RETIREE", date(2027, 1, 1), effective)
    ]


def test_touching_everything_gives_the_same_marts(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    receive(con, deliver(tmp_path, "2026-11-18", setl_d=[row("setl_d")], fee_list_d=[row("fee_list_d")]))
    night(con)
    before = con.execute("FROM mart.settlement").fetchall()
    marts.touch_everything(con)
    assert night(con).settlements == 1
    assert con.execute("FROM mart.settlement").fetchall() == before
