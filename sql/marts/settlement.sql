-- Fills mart.settlement for the settlements in work.touched_settlement. Columns: sql/schema/mart/settlement.sql.
WITH
header AS (
    SELECT
        s.*,
        COALESCE(p.certno_hash, s.psn_no) AS person,
        COALESCE(p.certno_gend, s.gend) AS sex,
        p.die_date AS registered_death,
        CASE
            WHEN LEFT(s.insu_admdvs, 4) = '5199' THEN '5199'
            ELSE LEFT(s.insu_admdvs, 4)
        END AS insu_pool,
        LEFT(s.fix_blng_admdvs, 4) AS treat_pool
    FROM settled.setl_d AS s
    LEFT JOIN settled.psn_b AS p ON s.psn_no = p.psn_no
    WHERE s.setl_id IN (SELECT t.setl_id FROM work.touched_settlement AS t)
),

lines AS (
    SELECT
        l.setl_id,
        COUNT(*) AS n_lines
    FROM settled.fee_list_d AS l
    WHERE l.vali_flag = '1' AND l.setl_id IN (SELECT t.setl_id FROM work.touched_settlement AS t)
    GROUP BY l.setl_id
),

reversals AS (
    SELECT DISTINCT r.init_setl_id AS setl_id
    FROM settled.setl_d AS r
    WHERE
        r.refd_setl_flag = '1'
        AND r.vali_flag = '1'
        AND r.init_setl_id IN (SELECT t.setl_id FROM work.touched_settlement AS t)
),

institutions AS (
    SELECT
        h.setl_id,
        f.fixmedins_name,
        f.fixmedins_type
    FROM header AS h
    INNER JOIN settled.fixmedins_b AS f ON h.fixmedins_code = f.fixmedins_code
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY h.setl_id
            -- The version in force when care began; else the nearest one.
            ORDER BY (f.begntime <= h.begndate AND COALESCE(f.endtime > h.begndate, TRUE)) DESC, f.begntime DESC
        ) = 1
),

diagnoses AS (
    SELECT
        d.mdtrt_id,
        d.diag_code,
        d.diag_name
    FROM settled.diag_d AS d
    WHERE d.vali_flag = '1' AND d.mdtrt_id IN (SELECT h.mdtrt_id FROM header AS h)
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY d.mdtrt_id
            ORDER BY d.maindiag_flag DESC, d.inout_diag_type DESC, d.diag_srt_no ASC
        ) = 1
),

operations AS (
    SELECT
        o.mdtrt_id,
        o.oprn_oprt_code
    FROM settled.oprn_d AS o
    WHERE o.vali_flag = '1' AND o.mdtrt_id IN (SELECT h.mdtrt_id FROM header AS h)
    QUALIFY ROW_NUMBER() OVER (PARTITION BY o.mdtrt_id ORDER BY o.main_oprn_flag DESC, o.oprn_oprt_sn ASC) = 1
),

scoped AS (
    SELECT
        h.setl_id,
        CASE
            WHEN h.insu_pool = h.treat_pool THEN 'LOCAL'
            WHEN LEFT(h.insu_admdvs, 2) = LEFT(h.fix_blng_admdvs, 2) THEN 'IN_PROV'
            ELSE 'CROSS_PROV'
        END AS scope,
        CASE
            WHEN LEFT(h.fix_blng_admdvs, 2) <> $province THEN $province || '0000'
            WHEN h.treat_pool = $province || '99' THEN $province || '9900'
            ELSE h.treat_pool || '00'
        END AS treating_agency,
        CASE
            WHEN LEFT(h.med_type, 2) IN ('21', '22', '23', '24', '25', '26', '27', '28') THEN 'IPT'
            WHEN LEFT(h.med_type, 2) = '13' THEN 'ER'
            WHEN LEFT(h.med_type, 2) IN ('14', '15') THEN 'OPSP'
            WHEN LEFT(h.med_type, 2) = '41' THEN 'RX'
            WHEN LEFT(h.med_type, 2) IN ('51', '52', '53') THEN 'MAT'
            ELSE 'OTP'
        END AS care,
        h.refd_setl_flag = '1' AS is_reversal,
        r.setl_id IS NOT NULL AS is_reversed
    FROM header AS h
    LEFT JOIN reversals AS r ON h.setl_id = r.setl_id
)

SELECT
    h.setl_id,
    h.mdtrt_id,
    h.person,
    h.psn_no,
    h.sex AS gend,
    h.brdy,
    -- Completed years, from year, month and day: engines count years between dates differently.
    CAST(
        YEAR(h.begndate) - YEAR(h.brdy)
        - CASE
            WHEN MONTH(h.begndate) * 100 + DAY(h.begndate) < MONTH(h.brdy) * 100 + DAY(h.brdy) THEN 1
            ELSE 0
        END AS INTEGER
    ) AS age_years,
    h.insutype,
    h.psn_type,
    h.sp_psn_type,
    h.nwb_flag,
    h.insu_admdvs,
    h.insu_pool,
    h.pay_loc,
    h.fixmedins_code,
    COALESCE(i.fixmedins_name, h.fixmedins_name) AS fixmedins_name,
    COALESCE(
        i.fixmedins_type,
        CASE LEFT(h.fixmedins_code, 1) WHEN 'H' THEN '1' WHEN 'P' THEN '2' END
    ) AS fixmedins_type,
    h.hosp_lv,
    h.lmtpric_hosp_lv,
    h.dedc_hosp_lv,
    h.fix_blng_admdvs,
    h.treat_pool,
    c.treating_agency,
    c.scope,
    c.scope <> 'LOCAL' AS is_cross_region,
    h.begndate,
    h.enddate,
    CAST(GREATEST(DATE_DIFF('day', h.begndate, h.enddate), 1) AS INTEGER) AS los_days,
    h.setl_time,
    CAST(h.setl_time AS DATE) AS setl_date,
    h.year,
    h.med_type,
    c.care,
    h.setl_type,
    h.medins_setl_id,
    TRY_CAST(h.cal_ipt_cnt AS INTEGER) AS cal_ipt_cnt,
    h.dedc_std,
    h.crt_dedc,
    h.medfee_sumamt,
    h.fulamt_ownpay_amt,
    h.overlmt_selfpay,
    h.preselfpay_amt,
    h.inscp_amt,
    COALESCE(h.act_pay_dedc, 0) AS act_pay_dedc,
    h.hifp_pay,
    h.cvlserv_pay,
    h.hifes_pay,
    h.hifmi_pay,
    h.hifob_pay,
    h.hifdm_pay,
    h.maf_pay,
    h.othfund_pay,
    h.fund_pay_sumamt,
    h.psn_pay,
    h.acct_pay,
    COALESCE(h.acct_mulaid_pay, 0) AS acct_mulaid_pay,
    h.cash_payamt,
    COALESCE(h.ownpay_hosp_part, 0) AS ownpay_hosp_part,
    COALESCE(d.diag_code, m.dscg_maindiag_code) AS main_diag_code,
    COALESCE(d.diag_name, m.dscg_maindiag_name) AS main_diag_name,
    LEFT(COALESCE(d.diag_code, m.dscg_maindiag_code), 3) AS icd3,
    o.oprn_oprt_code AS main_oprn_code,
    m.adm_dept_codg AS adm_dept,
    m.dscg_dept_codg AS dscg_dept,
    m.dscg_way,
    m.refl_old_mdtrt_id,
    COALESCE(h.registered_death, m.die_date) AS die_date,
    COALESCE(l.n_lines, 0) AS n_lines,
    c.is_reversal,
    c.is_reversed,
    h.vali_flag = '1' AND NOT c.is_reversal AND NOT c.is_reversed AS counts
FROM header AS h
INNER JOIN scoped AS c ON h.setl_id = c.setl_id
LEFT JOIN lines AS l ON h.setl_id = l.setl_id
LEFT JOIN institutions AS i ON h.setl_id = i.setl_id
LEFT JOIN settled.mdtrt_d AS m ON h.mdtrt_id = m.mdtrt_id AND m.vali_flag = '1'
LEFT JOIN diagnoses AS d ON h.mdtrt_id = d.mdtrt_id
LEFT JOIN operations AS o ON h.mdtrt_id = o.mdtrt_id
