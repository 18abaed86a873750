"""How local patients are treated, as the province sends it: nobody can be told apart, and everything adds up."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from lianshen.content import content_root
from lianshen.province.local_stays import local_table
from lianshen.province.world import World, build_world

SENT = "SELECT setl_ym, MIN(updt_time)::DATE FROM local_stay_d GROUP BY ALL ORDER BY ALL"


@pytest.fixture(scope="module")
def world() -> World:
    """Return a small province whose nights cross the end of a month; nothing of it is generated."""
    return build_world(
        content_root(None), seed=3, nights=4, settlements_per_night=1200, start=date(2026, 11, 29), faults=False
    )


@pytest.fixture(scope="module")
def sent(world: World) -> duckdb.DuckDBPyConnection:
    """Return what comes with the first night."""
    con = duckdb.connect()
    con.register("first", local_table(world, 0))
    return con


def test_the_first_package_brings_three_months(landed: duckdb.DuckDBPyConnection) -> None:
    first = date(2026, 11, 1)
    assert landed.execute(SENT).fetchall() == [(month, first) for month in ("202608", "202609", "202610")]


def test_a_month_comes_when_it_is_over(world: World) -> None:
    days = [local_table(world, night) for night in range(1, 4)]
    assert [table is None for table in days] == [True, False, True]
    assert days[1] is not None
    assert set(days[1]["setl_ym"].to_pylist()) == {"202611"}


def test_no_cell_is_of_fewer_than_five_persons_and_none_comes_twice(sent: duckdb.DuckDBPyConnection) -> None:
    assert sent.execute("SELECT COUNT(*) > 500, MIN(psn_cnt) FROM first").fetchone() == (True, 5)
    twice = "SELECT fixmedins_code FROM first GROUP BY fixmedins_code, setl_ym, icd3, oprn_class, age_band, gend"
    assert sent.execute(f"{twice} HAVING COUNT(*) > 1").fetchall() == []


def test_a_finer_cell_stands_where_there_are_enough_people_for_it(sent: duckdb.DuckDBPyConnection) -> None:
    merged = "SELECT COUNT(*) FILTER ({0} <> '*') > 20, COUNT(*) FILTER ({0} = '*') > 20 FROM first"
    for column in ("icd3", "age_band", "gend"):
        assert sent.execute(merged.format(column)).fetchone() == (True, True), column


def test_categories_add_up_and_squares_allow_for_the_means(sent: duckdb.DuckDBPyConnection) -> None:
    wrong = """
        SELECT 1 FROM first
        WHERE western_amt + patent_amt + herbal_amt + material_amt + laboratory_amt + examination_amt + treatment_amt
            + surgery_amt + nursing_amt + bed_amt + consultation_amt + other_amt <> medfee_sumamt
            OR ln_fee_sumsq * stay_cnt < ln_fee_sum * ln_fee_sum - 0.01
            -- No mean of logs lies above the log of the mean.
            OR ln_fee_sum / stay_cnt > LN(medfee_sumamt / stay_cnt) + 0.0001"""
    assert sent.execute(wrong).fetchall() == []


def test_local_and_remote_patients_cost_alike_for_the_same_disease_and_level(
    landed: duckdb.DuckDBPyConnection,
) -> None:
    ratio = """
        WITH here AS (
            SELECT SUM(ln_fee_sum) / SUM(stay_cnt) AS mean FROM local_stay_d AS l
            INNER JOIN fixmedins_b AS f ON l.fixmedins_code = f.fixmedins_code
            WHERE icd3 = '*' AND f.lmtpric_hosp_lv = '2'
        ),
        elsewhere AS (
            SELECT AVG(LN(medfee_sumamt)) AS mean FROM plain
            WHERE med_type = '21' AND lmtpric_hosp_lv = '2' AND pay_loc = '3'
        )
        SELECT EXP(elsewhere.mean - here.mean) FROM here, elsewhere"""
    found = landed.execute(ratio).fetchone()
    assert found is not None
    assert found[0] == pytest.approx(1, abs=0.25)


def test_the_same_seed_gives_the_same_table_whatever_was_drawn_before(world: World) -> None:
    again = build_world(
        content_root(None), seed=3, nights=4, settlements_per_night=1200, start=date(2026, 11, 29), faults=False
    )
    world.rng(0, 1).random(100)
    assert local_table(world, 0) == local_table(again, 0)
