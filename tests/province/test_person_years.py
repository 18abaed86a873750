"""What a record says had been used before is what the earlier records of the person-year paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from province.person_years import contradictions

from lianshen.province import generate


def land(out: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with every delta table of a province."""
    con = duckdb.connect()
    for name in ("setl_d", "setl_fund_d"):
        con.execute(
            f"CREATE TABLE {name} AS SELECT * FROM READ_PARQUET('{out}/landing/*/{name}.parquet', union_by_name = true)"
        )
    con.execute(f"CREATE TABLE planted AS SELECT * FROM READ_PARQUET('{out}/truth/planted.parquet')")
    return con


@pytest.fixture(scope="module")
def three_nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield three nights of 500 settlements."""
    out = tmp_path_factory.mktemp("years")
    generate(out, seed=11, nights=3, settlements_per_night=500, start=date(2026, 11, 1))
    con = land(out)
    yield con
    con.close()


MEANT = ("ST-06", "ST-08")
"""Rules whose planted records are meant to contradict the year."""


def meant(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the settlements that are planted to contradict the person-year, and those after them of the person."""
    rules = ", ".join(f"'{rule}'" for rule in MEANT)
    rows = con.execute(
        f"""SELECT s.setl_id FROM setl_d AS s WHERE s.certno IN (
            SELECT o.certno FROM setl_d AS o INNER JOIN planted AS p ON o.setl_id = p.setl_id
            WHERE p.rule_id IN ({rules}))"""
    ).fetchall()
    return {row[0] for row in rows}


def test_every_record_agrees_with_what_was_paid_before(three_nights: duckdb.DuckDBPyConnection) -> None:
    found, followed = contradictions(three_nights)
    assert [one for one in found if one[0] not in meant(three_nights)] == []
    assert followed > 100


def test_a_record_that_forgets_what_was_paid_is_seen(three_nights: duckdb.DuckDBPyConnection) -> None:
    last = three_nights.execute(
        """SELECT s.setl_id FROM setl_d AS s INNER JOIN setl_d AS r
        ON r.psn_no = s.psn_no AND r.setl_time < s.setl_time AND s.insutype = '310' AND LEFT(s.med_type, 1) = '2'
        AND LEFT(r.med_type, 1) = '2' AND s.refd_setl_flag = '0' LIMIT 1"""
    ).fetchone()
    assert last is not None
    three_nights.execute("BEGIN")
    three_nights.execute(
        "UPDATE setl_fund_d SET crt_payb_lmt_amt = crt_payb_lmt_amt + 1 WHERE fund_pay_type = '310100' AND setl_id = ?",
        [last[0]],
    )
    found, _ = contradictions(three_nights)
    three_nights.execute("ROLLBACK")
    assert (last[0], "cap") in found


def test_people_with_two_numbers_share_one_year(three_nights: duckdb.DuckDBPyConnection) -> None:
    two = three_nights.execute(
        "SELECT COUNT(*) FROM (SELECT certno FROM setl_d GROUP BY certno HAVING COUNT(DISTINCT psn_no) = 2)"
    ).fetchone()
    assert two is not None
    assert two[0] > 0


def test_a_year_begins_anew(tmp_path: Path) -> None:
    generate(tmp_path, seed=5, nights=4, settlements_per_night=150, start=date(2026, 12, 30))
    with land(tmp_path) as con:
        found, _ = contradictions(con)
        assert [one for one in found if one[0] not in meant(con)] == []
        assert con.execute("SELECT COUNT(DISTINCT year) FROM setl_d").fetchone() == (2,)
        crossing = con.execute(
            """SELECT COUNT(*) FROM setl_d AS r INNER JOIN setl_d AS o ON r.init_setl_id = o.setl_id
            WHERE YEAR(r.setl_time) <> YEAR(o.setl_time)"""
        ).fetchone()
        assert crossing == (0,)


def test_residents_have_no_account_but_families_help(three_nights: duckdb.DuckDBPyConnection) -> None:
    assert three_nights.execute(
        """SELECT
            COUNT(*) FILTER (WHERE acct_pay <> 0 OR balc IS NOT NULL),
            COUNT(*) FILTER (WHERE acct_mulaid_pay > 0) > 0
        FROM setl_d WHERE insutype = '390' AND setl_id NOT IN (SELECT setl_id FROM planted WHERE rule_id = 'ST-08')"""
    ).fetchone() == (0, True)
