-- The touched settlements with what is derived from them, in the columns of sql/schema/mart/settlement.sql.
-- A human is the hashed ID number of the person register, or the person number where the register has none.
WITH header AS (
    SELECT h.*
    FROM settled.setl_d AS h
    SEMI JOIN work.touched_settlement AS t ON h.setl_id = t.setl_id
),

visit AS (
    SELECT m.*
    FROM settled.mdtrt_d AS m
    SEMI JOIN header AS h ON m.mdtrt_id = h.mdtrt_id
    WHERE m.vali_flag = '1'
),

-- Discharge before admission, Western before Chinese medicine, then the institution's own order.
diagnosis AS (
    SELECT
        d.mdtrt_id,
        d.diag_code,
        d.diag_name
    FROM settled.diag_d AS d
    SEMI JOIN header AS h ON d.mdtrt_id = h.mdtrt_id
    WHERE d.vali_flag = '1' AND d.maindiag_flag = '1' AND d.diag_code IS NOT NULL
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY d.mdtrt_id ORDER BY d.inout_diag_type DESC, d.diag_type ASC, d.diag_srt_no ASC
    ) = 1
),

operation AS (
    SELECT
        o.mdtrt_id,
        o.oprn_oprt_code
    FROM settled.oprn_d AS o
    SEMI JOIN header AS h ON o.mdtrt_id = h.mdtrt_id
    WHERE o.vali_flag = '1' AND o.main_oprn_flag = '1'
    QUALIFY ROW_NUMBER() OVER (PARTITION BY o.mdtrt_id ORDER BY o.oprn_oprt_sn) = 1
),

lines AS (
    SELECT
        l.setl_id,
        COUNT(*) AS n_lines
    FROM settled.fee_list_d AS l
    SEMI JOIN work.touched_settlement AS t ON l.setl_id = t.setl_id
    WHERE l.vali_flag = '1'
    GROUP BY l.setl_id
),

-- The institution as it was on the day care began; else its first known state.
institution AS (
    SELECT
        h.setl_id,
        f.fixmedins_name,
        f.fixmedins_type,
        f.hosp_lv,
        f.lmtpric_hosp_lv,
        f.dedc_hosp_lv
    FROM header AS h
    INNER JOIN settled.fixmedins_b AS f ON h.fixmedins_code = f.fixmedins_code
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY h.setl_id
        ORDER BY
            CAST(f.begntime AS DATE) <= h.begndate DESC,
            CASE WHEN CAST(f.begntime AS DATE) <= h.begndate THEN f.begntime END DESC,
            f.begntime
    ) = 1
),

reversed AS (
    SELECT DISTINCT r.init_setl_id AS setl_id
    FROM settled.setl_d AS r
    SEMI JOIN header AS h ON r.init_setl_id = h.setl_id
    WHERE r.refd_setl_flag = '1' AND r.vali_flag = '1'
)

SELECT
    h.setl_id,
    h.mdtrt_id,
    COALESCE(p.certno_hash, h.psn_no) AS person,
    h.psn_no,
    COALESCE(p.certno_gend, h.gend, p.gend) AS gend,
    COALESCE(h.brdy, p.brdy) AS brdy,
    CAST(DATE_SUB('year', COALESCE(h.brdy, p.brdy), h.begndate) AS INTEGER) AS age_years,
    h.insutype,
    h.psn_type,
    h.sp_psn_type,
    h.nwb_flag,
    h.insu_admdvs,
    LEFT(h.insu_admdvs, 4) AS insu_pool,
    h.pay_loc,
    h.fixmedins_code,
    COALESCE(f.fixmedins_name, h.fixmedins_name) AS fixmedins_name,
    COALESCE(f.fixmedins_type, CASE LEFT(h.fixmedins_code, 1) WHEN 'H' THEN '1' WHEN 'P' THEN '2' END)
        AS fixmedins_type,
    COALESCE(h.hosp_lv, f.hosp_lv) AS hosp_lv,
    COALESCE(h.lmtpric_hosp_lv, f.lmtpric_hosp_lv) AS lmtpric_hosp_lv,
    COALESCE(h.dedc_hosp_lv, f.dedc_hosp_lv) AS dedc_hosp_lv,
    h.fix_blng_admdvs,
    LEFT(h.fix_blng_admdvs, 4) AS treat_pool,
    COALESCE(a.code, '510000') AS treating_agency,
    CASE
        WHEN LEFT(h.insu_admdvs, 4) = LEFT(h.fix_blng_admdvs, 4) THEN 'LOCAL'
        WHEN LEFT(h.insu_admdvs, 2) = LEFT(h.fix_blng_admdvs, 2) THEN 'IN_PROV'
        ELSE 'CROSS_PROV'
    END AS scope,
    LEFT(h.insu_admdvs, 4) <> LEFT(h.fix_blng_admdvs, 4) AS is_cross_region,
    h.begndate,
    h.enddate,
    CAST(GREATEST(h.enddate - h.begndate, 1) AS INTEGER) AS los_days,
    h.setl_time,
    CAST(h.setl_time AS DATE) AS setl_date,
    h.year,
    h.med_type,
    CASE
        WHEN LEFT(h.med_type, 2) IN ('21', '22', '23', '24', '25', '26', '27', '28') THEN 'IPT'
        WHEN LEFT(h.med_type, 2) = '13' THEN 'ER'
        WHEN LEFT(h.med_type, 2) IN ('14', '15') THEN 'OPSP'
        WHEN LEFT(h.med_type, 2) = '41' THEN 'RX'
        WHEN LEFT(h.med_type, 2) IN ('51', '52', '53') THEN 'MAT'
        ELSE 'OTP'
    END AS care,
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
    CASE WHEN d.diag_code IS NOT NULL THEN d.diag_name ELSE m.dscg_maindiag_name END AS main_diag_name,
    LEFT(COALESCE(d.diag_code, m.dscg_maindiag_code), 3) AS icd3,
    COALESCE(o.oprn_oprt_code, m.oprn_oprt_code) AS main_oprn_code,
    m.adm_dept_codg AS adm_dept,
    m.dscg_dept_codg AS dscg_dept,
    m.dscg_way,
    m.refl_old_mdtrt_id,
    COALESCE(p.die_date, m.die_date) AS die_date,
    COALESCE(lines.n_lines, 0) AS n_lines,
    h.refd_setl_flag = '1' AS is_reversal,
    r.setl_id IS NOT NULL AS is_reversed,
    h.vali_flag = '1' AND h.refd_setl_flag = '0' AND r.setl_id IS NULL AS counts,
    h.init_setl_id,
    h.balc,
    h.acct_used_flag,
    h.mid_setl_flag,
    h.cvlserv_flag,
    h.dise_no,
    h.invono,
    h.emp_no,
    h.manl_reim_rea,
    h.clr_type
FROM header AS h
LEFT JOIN settled.psn_b AS p ON h.psn_no = p.psn_no
LEFT JOIN visit AS m ON h.mdtrt_id = m.mdtrt_id
LEFT JOIN diagnosis AS d ON h.mdtrt_id = d.mdtrt_id
LEFT JOIN operation AS o ON h.mdtrt_id = o.mdtrt_id
LEFT JOIN lines ON h.setl_id = lines.setl_id
LEFT JOIN institution AS f ON h.setl_id = f.setl_id
LEFT JOIN reversed AS r ON h.setl_id = r.setl_id
LEFT JOIN knowledge.agency AS a ON a.pool = LEFT(h.fix_blng_admdvs, 4)
