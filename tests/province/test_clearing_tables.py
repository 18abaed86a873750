"""Reconciliation, clearing, funds and archives follow from the settlements, but for what is planted."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from lianshen.content import content_root


@pytest.fixture(scope="module", autouse=True)
def _views(_landed: duckdb.DuckDBPyConnection) -> None:
    con = _landed
    con.execute(
        f"CREATE TABLE fund_map AS FROM READ_CSV('{content_root()}/knowledge/fund_map.csv', all_varchar = true)"
    )
    # The newest statement of a day, and what the settlements of the day come to.
    con.execute(
        """CREATE VIEW stated AS SELECT * FROM stmt_d QUALIFY ROW_NUMBER() OVER (
        PARTITION BY fixmedins_code, insutype, clr_type, stmt_begndate ORDER BY updt_time DESC, filename DESC) = 1"""
    )
    con.execute(
        """CREATE VIEW held AS
        SELECT fixmedins_code, insutype, clr_type, CAST(setl_time AS DATE) AS on_day,
            SUM(CASE refd_setl_flag WHEN '1' THEN -1 ELSE 1 END) AS n, SUM(medfee_sumamt) AS total,
            SUM(fund_pay_sumamt) AS fund, SUM(acct_pay) AS account
        FROM setl_d GROUP BY ALL"""
    )
    con.execute("CREATE VIEW remote AS SELECT * FROM counts WHERE pay_loc IN ('3', '4') AND fund_pay_sumamt <> 0")


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    """Return the rows of a query."""
    return con.execute(sql).fetchall()


def of(rule: str) -> str:
    """Return the settlements that the answer key names for a rule."""
    return f"(SELECT linked_setl_id FROM planted WHERE rule_id = '{rule}' AND linked_setl_id IS NOT NULL)"


def test_every_day_is_stated_as_it_arrived(landed: duckdb.DuckDBPyConnection) -> None:
    wrong = """
        SELECT h.fixmedins_code, h.on_day FROM held AS h
        LEFT JOIN stated AS t ON h.fixmedins_code = t.fixmedins_code AND h.insutype = t.insutype
            AND h.clr_type = t.clr_type AND h.on_day = t.stmt_begndate
        WHERE (h.n, h.total, h.fund, h.account) IS DISTINCT FROM
            (t.fixmedins_setl_cnt, t.medfee_sumamt, t.fund_pay_sumamt, t.acct_pay)
        ORDER BY ALL"""
    planted = """SELECT setl_id, CAST(period AS DATE) FROM planted
        WHERE rule_id = 'CL-01' AND kind = 'fault' ORDER BY ALL"""
    assert rows(landed, wrong) == rows(landed, planted)
    assert rows(landed, planted)


def test_a_late_settlement_has_its_day_stated_anew(landed: duckdb.DuckDBPyConnection) -> None:
    again = """SELECT 1 FROM stmt_d AS a INNER JOIN stmt_d AS b
        ON a.fixmedins_code = b.fixmedins_code AND a.insutype = b.insutype AND a.clr_type = b.clr_type
        AND a.stmt_begndate = b.stmt_begndate AND a.updt_time < b.updt_time
        WHERE a.fixmedins_setl_cnt <> b.fixmedins_setl_cnt"""
    assert rows(landed, again)


def test_institutions_that_list_settlements_list_all_of_them(landed: duckdb.DuckDBPyConnection) -> None:
    listed = """SELECT s.setl_id FROM setl_d AS s
        WHERE s.fixmedins_code IN (
            SELECT DISTINCT o.fixmedins_code FROM setl_d AS o INNER JOIN stmt_detl_d AS d ON o.setl_id = d.setl_id)
        AND s.setl_id NOT IN (SELECT setl_id FROM stmt_detl_d) ORDER BY ALL"""
    missing = {row[0] for row in rows(landed, listed)}
    named = {row[0] for row in rows(landed, f"SELECT * FROM {of('CL-02')} AS p")}
    assert missing
    assert missing <= named


def test_three_parties_hold_what_was_settled_two_days_ago(landed: duckdb.DuckDBPyConnection) -> None:
    wrong = f"""SELECT s.setl_id FROM setl_d AS s LEFT JOIN tri_stmt_d AS t ON s.setl_id = t.setl_id
        WHERE s.pay_loc = '4' AND CAST(s.setl_time AS DATE) <= (SELECT MAX(stmt_date) FROM tri_stmt_d) - 2
        AND (t.hosp_flag, t.treat_flag, t.insu_flag, t.hosp_fund, t.treat_fund, t.insu_fund) IS DISTINCT FROM
            ('1', '1', '1', s.fund_pay_sumamt, s.fund_pay_sumamt, s.fund_pay_sumamt)
        AND s.setl_id NOT IN {of("CL-03")} AND s.setl_id NOT IN (SELECT setl_id FROM planted WHERE rule_id = 'XR-09')"""
    assert rows(landed, wrong) == []
    assert rows(landed, "SELECT 1 FROM tri_stmt_d")
    assert rows(landed, "SELECT t.setl_id FROM tri_stmt_d AS t ANTI JOIN setl_d AS s ON t.setl_id = s.setl_id") == []


def test_everything_between_regions_is_in_one_application(landed: duckdb.DuckDBPyConnection) -> None:
    wrong = f"""SELECT r.setl_id FROM remote AS r
        LEFT JOIN (SELECT DISTINCT d.setl_id, d.clr_appy_evt_id FROM clr_detl_d AS d
            INNER JOIN clr_appy_d AS a ON d.clr_appy_evt_id = a.clr_appy_evt_id WHERE a.clr_stas <> '70') AS d
            ON r.setl_id = d.setl_id
        WHERE r.setl_id NOT IN {of("CL-04")}
        GROUP BY r.setl_id HAVING COUNT(d.clr_appy_evt_id) <> 1"""
    assert rows(landed, wrong) == []
    assert len(rows(landed, "SELECT 1 FROM remote")) > 300


def test_what_is_cleared_is_what_the_funds_paid_under_national_types(landed: duckdb.DuckDBPyConnection) -> None:
    wrong = f"""
        WITH paid AS (
            SELECT f.setl_id, m.national_type AS kind, SUM(f.fund_payamt) AS amt FROM setl_fund_d AS f
            INNER JOIN fund_map AS m ON f.fund_pay_type = m.local_type
            WHERE f.fund_pay_type <> '310200' GROUP BY ALL HAVING SUM(f.fund_payamt) <> 0),
        cleared AS (SELECT clr_appy_evt_id, setl_id, fund_pay_type AS kind, amt FROM clr_detl_d)
        SELECT p.setl_id FROM paid AS p SEMI JOIN cleared AS k ON p.setl_id = k.setl_id
        LEFT JOIN cleared AS c ON p.setl_id = c.setl_id AND p.kind = c.kind
        WHERE c.amt IS DISTINCT FROM p.amt AND p.setl_id NOT IN {of("CL-05")}
        UNION
        SELECT c.setl_id FROM cleared AS c ANTI JOIN paid AS p ON p.setl_id = c.setl_id AND p.kind = c.kind
        WHERE c.setl_id NOT IN {of("CL-05")}"""
    assert rows(landed, wrong) == []


def test_an_application_is_the_sum_of_its_settlements(landed: duckdb.DuckDBPyConnection) -> None:
    wrong = """SELECT a.clr_appy_evt_id FROM clr_appy_d AS a
        LEFT JOIN (SELECT clr_appy_evt_id, SUM(amt) AS amt FROM clr_detl_d GROUP BY ALL) AS d
        ON a.clr_appy_evt_id = d.clr_appy_evt_id WHERE d.amt IS DISTINCT FROM a.fund_appy_sum"""
    assert rows(landed, wrong) == []


def test_funds_close_and_go_on_where_they_closed(landed: duckdb.DuckDBPyConnection) -> None:
    wrong = """
        SELECT insured_region, CAST(acct_date AS VARCHAR) FROM (
            SELECT *, LAG(closing) OVER (PARTITION BY insured_region ORDER BY acct_date) AS before FROM revolv_fund_d)
        WHERE closing <> opening + in_replenish + in_interest - out_clear + adjust OR opening <> before ORDER BY ALL"""
    planted = """SELECT setl_id, period FROM planted
        WHERE rule_id = 'CL-06' AND kind = 'fault' AND a2_fen > 0 ORDER BY ALL"""
    assert rows(landed, wrong) == rows(landed, planted)
    assert rows(landed, planted)


def test_agencies_with_archives_keep_all_of_them(landed: duckdb.DuckDBPyConnection) -> None:
    incomplete = """SELECT r.setl_id FROM counts AS r LEFT JOIN arch_d AS a ON r.setl_id = a.obj_id
        WHERE r.pay_loc <> '2' AND LEFT(r.fix_blng_admdvs, 4) IN (SELECT LEFT(keeper_admdvs, 4) FROM arch_d)
        GROUP BY r.setl_id HAVING COUNT(a.item_code) <> 3 ORDER BY ALL"""
    planted = {row[0] for row in rows(landed, f"SELECT * FROM {of('CL-08')} AS p")}
    missing = {row[0] for row in rows(landed, incomplete)}
    assert missing
    assert missing <= planted


def test_a_statement_of_the_year_is_what_the_first_record_shows(landed: duckdb.DuckDBPyConnection) -> None:
    first = """SELECT c.psn_no, c.ipt_cnt, CAST(s.cal_ipt_cnt AS INTEGER) - 1, c.as_of < s.setl_time
        FROM cum_d AS c INNER JOIN setl_d AS s ON c.psn_no = s.psn_no AND LEFT(s.med_type, 1) = '2'
        QUALIFY ROW_NUMBER() OVER (PARTITION BY c.psn_no ORDER BY s.setl_time, s.setl_id) = 1"""
    found = rows(landed, first)
    assert found
    assert [row for row in found if row[1] != row[2] or not row[3]] == []


def test_requests_are_answered_in_time(landed: duckdb.DuckDBPyConnection) -> None:
    assert rows(landed, "SELECT 1 FROM coop_req_d WHERE from_admdvs = to_admdvs OR reply_date > due_date") == []
    assert rows(landed, "SELECT 1 FROM coop_req_d")


def test_nothing_is_wrong_where_nothing_is_planted(tmp_path: Path) -> None:
    from datetime import date

    from lianshen.province import generate

    generate(tmp_path, seed=3, nights=4, settlements_per_night=200, start=date(2026, 11, 1), faults=False)
    landing = f"{tmp_path}/landing/*"
    con = duckdb.connect()
    broken = con.execute(
        f"""SELECT COUNT(*) FROM '{landing}/revolv_fund_d.parquet'
        WHERE closing <> opening + in_replenish + in_interest - out_clear OR closing < quota * 0.3"""
    ).fetchone()
    rejected = con.execute(f"SELECT COUNT(*) FROM '{landing}/clr_appy_d.parquet' WHERE clr_stas <> '10'").fetchone()
    assert (broken, rejected) == ((0,), (0,))
