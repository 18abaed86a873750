"""What is not planted is right: identities hold, and nobody is in two places."""

from __future__ import annotations

import duckdb
import pytest

from lianshen.content import content_root


def found(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    """Return how many rows a query gives."""
    row = con.execute(f"SELECT COUNT(*) FROM ({sql})").fetchone()
    assert row is not None
    return int(row[0])


PLAIN_LINES = "fee_list_d AS l SEMI JOIN plain AS p ON l.setl_id = p.setl_id"

IDENTITIES = {
    "I3: the total is the sum of its four parts": """
        SELECT 1 FROM plain WHERE medfee_sumamt <> fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt + inscp_amt""",
    "I5: the fund total is the sum of the funds": """
        SELECT 1 FROM plain WHERE fund_pay_sumamt
            <> hifp_pay + cvlserv_pay + hifes_pay + hifmi_pay + hifob_pay + hifdm_pay + maf_pay + othfund_pay""",
    "I6: the breakdown adds up to the fund total, without the account": """
        SELECT p.setl_id FROM plain AS p INNER JOIN setl_fund_d AS f ON p.setl_id = f.setl_id
        WHERE f.fund_pay_type <> '310200'
        GROUP BY p.setl_id, p.fund_pay_sumamt HAVING SUM(f.fund_payamt) <> p.fund_pay_sumamt""",
    "I7: the total is paid by funds and person": """
        SELECT 1 FROM plain WHERE medfee_sumamt <> fund_pay_sumamt + psn_pay + ownpay_hosp_part""",
    "I8: the person pays from account, family and cash": """
        SELECT 1 FROM plain WHERE psn_pay <> acct_pay + acct_mulaid_pay + cash_payamt""",
    "I1: a line is quantity times price": f"""
        SELECT 1 FROM {PLAIN_LINES} WHERE det_item_fee_sumamt <> ROUND(cnt * pric, 2)""",
    "I2: a line is the sum of its four parts": f"""
        SELECT 1 FROM {PLAIN_LINES}
        WHERE det_item_fee_sumamt <> fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt + inscp_amt""",
    "I4: the lines add up to the header": """
        SELECT p.setl_id FROM plain AS p INNER JOIN fee_list_d AS l ON p.setl_id = l.setl_id
        GROUP BY p.setl_id, p.medfee_sumamt, p.inscp_amt
        HAVING SUM(l.det_item_fee_sumamt) <> p.medfee_sumamt OR SUM(l.inscp_amt) <> p.inscp_amt""",
    "I14: a reversal is the original with the sign turned": """
        SELECT 1 FROM setl_d AS r INNER JOIN setl_d AS o ON r.init_setl_id = o.setl_id
        WHERE r.refd_setl_flag = '1' AND o.setl_id NOT IN (SELECT setl_id FROM planted WHERE rule_id = 'ST-09')
        AND (r.medfee_sumamt <> -o.medfee_sumamt OR r.fund_pay_sumamt <> -o.fund_pay_sumamt
            OR r.cash_payamt <> -o.cash_payamt)""",
    "I19: care ends before it is settled and nobody is treated before birth": """
        SELECT 1 FROM plain WHERE enddate < begndate OR CAST(setl_time AS DATE) < enddate OR brdy > begndate""",
    "I19: charges lie within the stay": f"""
        SELECT 1 FROM {PLAIN_LINES} INNER JOIN plain AS s ON l.setl_id = s.setl_id
        WHERE CAST(l.fee_ocur_time AS DATE) NOT BETWEEN s.begndate AND s.enddate""",
    "I20: an institution's code lies in its agency's city, unless that is the provincial agency": """
        SELECT 1 FROM fixmedins_b WHERE SUBSTR(fixmedins_code, 2, 4) <> LEFT(fix_blng_admdvs, 4)
            AND fix_blng_admdvs <> '519900'""",
    "every visit, line and fund row has its settlement": """
        SELECT l.setl_id FROM fee_list_d AS l ANTI JOIN setl_d AS s ON l.setl_id = s.setl_id
        UNION ALL SELECT f.setl_id FROM setl_fund_d AS f ANTI JOIN setl_d AS s ON f.setl_id = s.setl_id""",
    "keys are unique": """
        SELECT setl_id FROM setl_d GROUP BY setl_id HAVING COUNT(*) > 1
        UNION ALL SELECT bkkp_sn FROM fee_list_d GROUP BY bkkp_sn HAVING COUNT(*) > 1
        UNION ALL SELECT mdtrt_id FROM mdtrt_d GROUP BY mdtrt_id HAVING COUNT(*) > 1
        UNION ALL SELECT psn_no FROM psn_b GROUP BY psn_no HAVING COUNT(*) > 1
        UNION ALL SELECT certno FROM psn_b GROUP BY certno HAVING COUNT(*) > 2 OR COUNT(DISTINCT brdy) > 1""",
}

QUIET = {
    "nobody is in two hospitals": """
        SELECT 1 FROM plain AS a INNER JOIN plain AS b ON a.psn_no = b.psn_no AND a.setl_id < b.setl_id
        WHERE LEFT(a.med_type, 1) = '2' AND LEFT(b.med_type, 1) = '2'
            AND a.begndate < b.enddate AND b.begndate < a.enddate""",
    "nobody visits a clinic or a drugstore during a stay": """
        SELECT 1 FROM plain AS a INNER JOIN plain AS b ON a.psn_no = b.psn_no
        WHERE LEFT(a.med_type, 1) = '2' AND LEFT(b.med_type, 1) <> '2'
            AND b.begndate BETWEEN a.begndate AND a.enddate""",
    "nobody is treated in two regions on one day": """
        SELECT 1 FROM plain AS a INNER JOIN plain AS b ON a.psn_no = b.psn_no AND a.begndate = b.begndate
        WHERE LEFT(a.fix_blng_admdvs, 4) <> LEFT(b.fix_blng_admdvs, 4)""",
    "no two lines are equal to the second": f"""
        SELECT 1 FROM {PLAIN_LINES} GROUP BY psn_no, fixmedins_code, hilist_code, fee_ocur_time, cnt, pric
        HAVING COUNT(*) > 1""",
    "what is charged by the day is charged once a day": f"""
        SELECT 1 FROM {PLAIN_LINES} INNER JOIN quantity_limit AS q ON l.hilist_code = q.hilist_code AND q.unit = 'DAY'
        GROUP BY l.setl_id, l.hilist_code, CAST(l.fee_ocur_time AS DATE) HAVING SUM(l.cnt) > MAX(q.cap)""",
    "no day has more than 24 hours": f"""
        SELECT 1 FROM {PLAIN_LINES} INNER JOIN quantity_limit AS q ON l.hilist_code = q.hilist_code AND q.unit = 'HOUR'
        GROUP BY l.setl_id, l.hilist_code, CAST(l.fee_ocur_time AS DATE) HAVING SUM(l.cnt) > 24""",
    "beds are no more than nights": f"""
        SELECT 1 FROM {PLAIN_LINES} INNER JOIN day_item AS d ON l.hilist_code = d.hilist_code
        INNER JOIN plain AS s ON l.setl_id = s.setl_id
        GROUP BY l.setl_id, d.family, s.begndate, s.enddate
        HAVING SUM(l.cnt) > GREATEST(s.enddate - s.begndate, 1)""",
    "items for one sex are for that sex": f"""
        SELECT 1 FROM {PLAIN_LINES} INNER JOIN sex_limit AS x ON l.hilist_code = x.hilist_code
        INNER JOIN plain AS s ON l.setl_id = s.setl_id WHERE s.gend <> x.gend""",
    "items for an age are for that age": f"""
        SELECT 1 FROM {PLAIN_LINES} INNER JOIN age_limit AS a ON l.hilist_code = a.hilist_code
        INNER JOIN plain AS s ON l.setl_id = s.setl_id
        WHERE s.begndate - s.brdy NOT BETWEEN a.min_days AND COALESCE(a.max_days, 99999)""",
    "no regulated price is passed": f"""
        SELECT 1 FROM {PLAIN_LINES} INNER JOIN plain AS s ON l.setl_id = s.setl_id
        INNER JOIN hilist_lmtpric_d AS c ON l.hilist_code = c.hilist_code
            AND c.hilist_lmtpric_type = s.lmtpric_hosp_lv AND l.list_type = '201'
            AND LEFT(c.insu_admdvs, 4) IN (LEFT(s.fix_blng_admdvs, 4), '5100')
            AND CAST(l.fee_ocur_time AS DATE) BETWEEN c.begndate AND COALESCE(c.enddate, DATE '9999-12-31')
        GROUP BY l.bkkp_sn, l.pric HAVING l.pric > MAX_BY(c.hilist_pric_uplmt_amt, c.insu_admdvs <> '510000')""",
    "hospital lines have a doctor": f"""
        SELECT 1 FROM {PLAIN_LINES} WHERE LEFT(fixmedins_code, 1) = 'H' AND bilg_dr_codg IS NULL""",
    "class C is paid by the patient": f"""SELECT 1 FROM {PLAIN_LINES} WHERE chrgitm_lv = '03' AND inscp_amt <> 0""",
}


@pytest.fixture(scope="module", autouse=True)
def _knowledge(_landed: duckdb.DuckDBPyConnection) -> None:
    for name in ("quantity_limit", "day_item", "sex_limit", "age_limit"):
        file = content_root() / "knowledge" / f"{name}.csv"
        types = "{'gend': 'VARCHAR', 'hilist_code': 'VARCHAR'}"
        keep = types if name == "sex_limit" else "{'hilist_code': 'VARCHAR'}"
        _landed.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM READ_CSV('{file}', types = {keep})")


@pytest.mark.parametrize("claim", [pytest.param(sql, id=name) for name, sql in IDENTITIES.items()])
def test_identities_hold_on_what_is_not_planted(landed: duckdb.DuckDBPyConnection, claim: str) -> None:
    assert found(landed, claim) == 0


@pytest.mark.parametrize("claim", [pytest.param(sql, id=name) for name, sql in QUIET.items()])
def test_what_is_not_planted_is_quiet(landed: duckdb.DuckDBPyConnection, claim: str) -> None:
    assert found(landed, claim) == 0


def test_the_base_has_something_to_be_quiet_about(landed: duckdb.DuckDBPyConnection) -> None:
    assert found(landed, "SELECT 1 FROM plain WHERE LEFT(med_type, 1) = '2'") > 40
    assert found(landed, f"SELECT 1 FROM {PLAIN_LINES}") > 5_000
    assert found(landed, "SELECT 1 FROM setl_d WHERE refd_setl_flag = '1'") > 5


def test_statements_agree_with_the_settlements_of_the_day(landed: duckdb.DuckDBPyConnection) -> None:
    # I16, once every late row has come: late ones are counted by the institution on their own day.
    newest = """
        SELECT * FROM stmt_d QUALIFY ROW_NUMBER() OVER (
            PARTITION BY fixmedins_code, setl_optins, insutype, clr_type, stmt_begndate ORDER BY updt_time DESC) = 1"""
    wrong = f"""
        SELECT t.fixmedins_code FROM ({newest}) AS t INNER JOIN setl_d AS s
            ON t.fixmedins_code = s.fixmedins_code AND t.insutype = s.insutype AND t.clr_type = s.clr_type
            AND t.stmt_begndate = CAST(s.setl_time AS DATE)
        GROUP BY t.fixmedins_code, t.insutype, t.clr_type, t.stmt_begndate, t.medfee_sumamt, t.fixmedins_setl_cnt
        HAVING t.fixmedins_setl_cnt = SUM(CASE s.refd_setl_flag WHEN '1' THEN -1 ELSE 1 END)
            AND t.medfee_sumamt <> SUM(s.medfee_sumamt)"""
    assert found(landed, wrong) == 0
