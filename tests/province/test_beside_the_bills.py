"""What stands beside the bills agrees with them: stock, packs, lists, wards, prices, agreements, credentials."""

from __future__ import annotations

import duckdb
import pytest

LINES = "fee_list_d AS l SEMI JOIN plain AS p ON l.setl_id = p.setl_id"

QUIET = {
    "nobody bills more than there was": f"""
        WITH had AS (
            SELECT fixmedins_code, hilist_code, SUM(cnt) AS units FROM invchg_d GROUP BY ALL
        )
        SELECT 1 FROM {LINES} INNER JOIN had AS h USING (fixmedins_code, hilist_code)
        GROUP BY fixmedins_code, hilist_code, h.units HAVING SUM(l.cnt) > h.units""",
    "whoever sends movements of stock sends them for all that is billed": f"""
        SELECT 1 FROM {LINES} WHERE list_type <> '201' AND NOT (list_type = '301' AND fixmedins_code LIKE 'P%')
            AND fixmedins_code IN (SELECT fixmedins_code FROM invchg_d)
            AND (fixmedins_code, hilist_code) NOT IN (SELECT (fixmedins_code, hilist_code) FROM invchg_d)""",
    "hospitals add nothing to what drugs cost them": f"""
        SELECT 1 FROM {LINES} INNER JOIN invchg_d AS i USING (fixmedins_code, hilist_code)
        WHERE fixmedins_code LIKE 'H%' AND list_type IN ('101', '102', '301') AND l.pric > i.pric""",
    "nothing is dearer than listed": f"""
        SELECT 1 FROM {LINES} INNER JOIN drug_price_b AS d USING (hilist_code) WHERE l.pric > d.list_pric""",
    "a pack is sold once": """
        SELECT drug_trac_codg FROM drug_trac_d AS t SEMI JOIN plain AS p ON t.setl_id = p.setl_id
        GROUP BY ALL HAVING COUNT(*) > 1""",
    "a scanning drugstore scans every drug": f"""
        SELECT 1 FROM {LINES} ANTI JOIN drug_trac_d AS t ON l.bkkp_sn = t.bkkp_sn
        WHERE list_type IN ('101', '102') AND fixmedins_code IN (SELECT fixmedins_code FROM drug_trac_d)""",
    "as many units as were billed are in the packs": f"""
        SELECT 1 FROM {LINES} INNER JOIN drug_trac_d AS t ON l.bkkp_sn = t.bkkp_sn
        GROUP BY l.bkkp_sn, l.cnt HAVING SUM(t.cnt) <> l.cnt""",
    "a list is declared within ten days and adds up to the bill": """
        SELECT 1 FROM setl_list_d AS d INNER JOIN plain AS p ON d.setl_id = p.setl_id
        LEFT JOIN setl_list_item_d AS i ON d.setl_list_id = i.setl_list_id
        GROUP BY d.setl_list_id, p.medfee_sumamt, d.dcla_time, p.setl_time, d.gend, p.gend, d.brdy, p.brdy,
            d.fixmedins_code, p.fixmedins_code
        HAVING COALESCE(SUM(i.amt), 0) <> p.medfee_sumamt
            OR d.dcla_time NOT BETWEEN p.setl_time AND p.setl_time + INTERVAL 10 DAY
            OR SUM(i.amt) <> SUM(i.claa_sumfee + i.clab_amt + i.fulamt_ownpay_amt + i.oth_amt)
            OR d.gend <> p.gend OR d.brdy <> p.brdy OR d.fixmedins_code <> p.fixmedins_code""",
    "a list counts the diagnoses and operations that were sent": """
        SELECT 1 FROM setl_list_d AS d SEMI JOIN plain AS p ON d.setl_id = p.setl_id
        WHERE d.diag_code_cnt <> (SELECT COUNT(*) FROM diag_d AS g WHERE g.mdtrt_id = d.mdtrt_id)
            OR d.oprn_oprt_code_cnt <> (SELECT COUNT(*) FROM oprn_d AS o WHERE o.mdtrt_id = d.mdtrt_id)""",
    "intensive care lies inside the stay": """
        SELECT 1 FROM icu_d AS i INNER JOIN mdtrt_d AS m ON i.mdtrt_id = m.mdtrt_id
        SEMI JOIN plain AS p ON m.mdtrt_id = p.mdtrt_id
        WHERE i.scs_cutd_inpool_time < m.begntime OR i.scs_cutd_exit_time > m.endtime""",
    "the hours of intensive care are no more than the time there": f"""
        WITH there AS (
            SELECT mdtrt_id, SUM(DATE_DIFF('minute', scs_cutd_inpool_time, scs_cutd_exit_time)) / 60 AS hours
            FROM icu_d GROUP BY ALL
        )
        SELECT 1 FROM {LINES} LEFT JOIN there AS t ON l.mdtrt_id = t.mdtrt_id WHERE l.hilist_name = '重症监护'
        GROUP BY l.setl_id, t.hours HAVING SUM(l.cnt) > COALESCE(t.hours, 0)""",
    "every doctor is registered where he orders": f"""
        SELECT 1 FROM {LINES} WHERE bilg_dr_codg IS NOT NULL
            AND (bilg_dr_codg, fixmedins_code) NOT IN (SELECT (dr_code, medins_code) FROM dr_info_b)""",
    "every service lies under an agreement": """
        SELECT 1 FROM plain AS p WHERE p.fixmedins_code IN (SELECT fixmedins_code FROM fixmedins_b)
            AND (p.fixmedins_code, CASE LEFT(p.med_type, 2) WHEN '41' THEN 'RX' WHEN '11' THEN 'OTP' WHEN '13' THEN 'ER'
                WHEN '14' THEN 'OPSP' ELSE 'IPT' END) NOT IN (SELECT (fixmedins_code, care) FROM fixmedins_cntr_d)""",
    "a chronic disease's clinic gives what is payable for it": """
        SELECT 1 FROM fee_list_d AS l INNER JOIN plain AS p ON l.setl_id = p.setl_id
        WHERE LEFT(p.med_type, 2) = '14'
            AND LEFT(p.insu_admdvs, 4) IN (SELECT LEFT(insu_admdvs, 4) FROM opsp_scope_b)
            AND (LEFT(p.insu_admdvs, 4), p.dise_no, l.hilist_code)
                NOT IN (SELECT (LEFT(insu_admdvs, 4), opsp_dise_code, hilist_code) FROM opsp_scope_b)""",
    "a credential is one person's": """
        SELECT mdtrt_cert_no FROM plain GROUP BY ALL
        HAVING COUNT(DISTINCT psn_no) > 1 AND COUNT(DISTINCT certno) > 1""",
    "an electronic credential is the person's own": """
        SELECT 1 FROM plain AS s INNER JOIN psn_b AS p ON s.psn_no = p.psn_no
        WHERE s.mdtrt_cert_type = '01' AND s.mdtrt_cert_no <> p.hsecfc""",
    "a bed is one patient's": """
        WITH m AS (SELECT * FROM mdtrt_d AS v SEMI JOIN plain AS p ON v.mdtrt_id = p.mdtrt_id)
        SELECT 1 FROM m AS a INNER JOIN m AS b
            ON a.fixmedins_code = b.fixmedins_code AND a.wardarea_bed = b.wardarea_bed AND a.mdtrt_id < b.mdtrt_id
        WHERE a.begntime < b.endtime AND b.begntime < a.endtime""",
    "an operator works at one till": """
        SELECT opter_id FROM plain GROUP BY ALL HAVING COUNT(DISTINCT fixmedins_code) > 1""",
    "a visit is registered within hours": """
        SELECT 1 FROM mdtrt_d AS m SEMI JOIN plain AS p ON m.mdtrt_id = p.mdtrt_id
        WHERE m.crte_time NOT BETWEEN m.begntime AND m.begntime + INTERVAL 3 HOUR""",
    "keys are unique": """
        SELECT 1 FROM invchg_d GROUP BY invchg_sn HAVING COUNT(*) > 1
        UNION ALL SELECT 1 FROM setl_list_d GROUP BY setl_list_id HAVING COUNT(*) > 1
        UNION ALL SELECT 1 FROM setl_list_item_d GROUP BY setl_list_id, med_chrgitm HAVING COUNT(*) > 1
        UNION ALL SELECT 1 FROM spdrug_appr_d GROUP BY psn_no, hilist_code, begndate HAVING COUNT(*) > 1
        UNION ALL SELECT 1 FROM icu_d GROUP BY mdtrt_id, scs_cutd_inpool_time HAVING COUNT(*) > 1
        UNION ALL SELECT 1 FROM opsp_scope_b GROUP BY insu_admdvs, opsp_dise_code, hilist_code HAVING COUNT(*) > 1
        UNION ALL SELECT 1 FROM drg_group_b GROUP BY admdvs, grp_code HAVING COUNT(*) > 1""",
}
TABLES = (
    "icu_d", "setl_list_d", "setl_list_item_d", "invchg_d", "drug_trac_d", "drug_price_b", "spdrug_appr_d",
    "opsp_scope_b", "fixmedins_cntr_d", "fixmedins_equip_b", "drg_group_b", "outage_d",
)  # fmt: skip


def count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    """Return how many rows a query gives."""
    return len(con.execute(sql).fetchall())


@pytest.mark.parametrize("claim", [pytest.param(sql, id=name) for name, sql in QUIET.items()])
def test_what_stands_beside_the_bills_agrees_with_them(landed: duckdb.DuckDBPyConnection, claim: str) -> None:
    assert count(landed, claim) == 0


@pytest.mark.parametrize("table", TABLES)
def test_every_table_beside_the_bills_has_rows(landed: duckdb.DuckDBPyConnection, table: str) -> None:
    assert count(landed, f"SELECT 1 FROM {table} LIMIT 1") == 1


def test_hospitals_send_lists_of_everyday_stays(landed: duckdb.DuckDBPyConnection) -> None:
    assert count(landed, "SELECT 1 FROM setl_list_d AS d SEMI JOIN plain AS p ON d.setl_id = p.setl_id") > 5
