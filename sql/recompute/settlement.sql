-- What the settlement core has to know of each settlement in temp.recompute_subject; money in fen.
-- What had been used before is temp.recompute_used, see person_year.sql.
CREATE OR REPLACE TEMP TABLE recompute_settlement AS
-- Two regions of one same-city agreement on the day: no filing is asked for and nothing is reduced.
WITH same_city AS (
    SELECT DISTINCT s.setl_id
    FROM mart.settlement AS s
    SEMI JOIN temp.recompute_subject AS u ON s.setl_id = u.setl_id
    INNER JOIN work.policy_value AS home
        ON s.insu_pool = home.pool AND s.setl_date >= home.valid_from AND s.setl_date < home.valid_until
    INNER JOIN work.policy_value AS away
        ON s.insu_pool = away.pool AND s.setl_date >= away.valid_from AND s.setl_date < away.valid_until
    WHERE
        home.parameter = 'practice.same_city'
        AND away.parameter = 'practice.same_city'
        AND s.insu_pool <> s.treat_pool
        AND SPLIT_PART(home.key, '.', 1) = SPLIT_PART(away.key, '.', 1)
        AND SPLIT_PART(home.key, '.', 2) = s.insu_pool
        AND SPLIT_PART(away.key, '.', 2) = s.treat_pool
),

-- The admission that this one was transferred from may have paid part of the deductible.
transferred AS (
    SELECT s.setl_id, SUM(e.act_pay_dedc) AS transfer_paid
    FROM mart.settlement AS s
    SEMI JOIN temp.recompute_subject AS u ON s.setl_id = u.setl_id
    INNER JOIN mart.settlement AS e ON s.refl_old_mdtrt_id = e.mdtrt_id AND s.person = e.person
    WHERE e.counts AND e.care = 'IPT' AND s.care = 'IPT' AND s.setl_id <> e.setl_id
    GROUP BY s.setl_id
),

-- Employers' plans and the fund for disabled veterans are for those insured in them on the day.
supplement AS (
    SELECT
        s.setl_id,
        BOOL_OR(r.insutype = '370') AS has_enterprise,
        BOOL_OR(r.insutype = '350') AS is_veteran
    FROM mart.settlement AS s
    SEMI JOIN temp.recompute_subject AS u ON s.setl_id = u.setl_id
    INNER JOIN settled.psn_insu_d AS r
        ON
            s.psn_no = r.psn_no
            AND COALESCE(r.crt_insu_date <= s.setl_date, TRUE)
            AND COALESCE(s.setl_date < r.paus_insu_date, r.psn_insu_stas = '1')
    WHERE r.insutype IN ('350', '370')
    GROUP BY s.setl_id
)

SELECT
    ROW_NUMBER() OVER (ORDER BY s.setl_id) - 1 AS settlement_no,
    s.setl_id,
    s.person,
    s.insu_pool,
    s.treat_pool,
    s.insu_admdvs,
    s.fix_blng_admdvs,
    s.scope,
    s.care,
    s.med_type,
    s.setl_type,
    s.insutype,
    s.psn_type,
    s.sp_psn_type,
    s.dedc_hosp_lv,
    s.hosp_lv,
    s.lmtpric_hosp_lv,
    s.begndate,
    s.setl_date,
    s.setl_time,
    c.setl_id IS NOT NULL AS is_same_city,
    s.is_cross_region AND s.care IN ('IPT', 'OPSP') AND c.setl_id IS NULL AS needs_filing,
    COALESCE(s.age_years, -1) AS age,
    COALESCE(s.cvlserv_flag = '1', FALSE) AS is_civil_servant,
    COALESCE(p.has_enterprise, FALSE) AS has_enterprise,
    COALESCE(p.is_veteran, FALSE) AS is_veteran,
    CAST(s.medfee_sumamt * 100 AS BIGINT) AS total,
    CAST(s.inscp_amt * 100 AS BIGINT) AS in_scope,
    CAST(s.act_pay_dedc * 100 AS BIGINT) AS deductible,
    CAST(s.hifp_pay * 100 AS BIGINT) AS hifp,
    CAST(s.hifob_pay * 100 AS BIGINT) AS hifob,
    CAST(s.hifmi_pay * 100 AS BIGINT) AS hifmi,
    CAST(s.cvlserv_pay * 100 AS BIGINT) AS cvlserv,
    CAST(s.hifes_pay * 100 AS BIGINT) AS hifes,
    CAST(s.hifdm_pay * 100 AS BIGINT) AS hifdm,
    CAST(s.maf_pay * 100 AS BIGINT) AS maf,
    CAST(s.othfund_pay * 100 AS BIGINT) AS other_funds,
    CAST(s.fund_pay_sumamt * 100 AS BIGINT) AS fund,
    CAST(s.ownpay_hosp_part * 100 AS BIGINT) AS hospital_share,
    CAST(s.acct_pay * 100 AS BIGINT) AS account,
    CAST(s.acct_mulaid_pay * 100 AS BIGINT) AS family,
    CAST(COALESCE(t.transfer_paid, 0) * 100 AS BIGINT) AS transfer_paid
FROM mart.settlement AS s
SEMI JOIN temp.recompute_subject AS u ON s.setl_id = u.setl_id
LEFT JOIN supplement AS p ON s.setl_id = p.setl_id
LEFT JOIN transferred AS t ON s.setl_id = t.setl_id
LEFT JOIN same_city AS c ON s.setl_id = c.setl_id
WHERE s.counts
