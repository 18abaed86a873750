-- What the settlement core has to know of each settlement in temp.recompute_subject; money in fen.
-- Accumulators come from the record itself: what the paying system says was left, or had been used, at the time.
CREATE OR REPLACE TEMP TABLE recompute_settlement AS
WITH fund AS (
    SELECT
        f.setl_id,
        MAX(f.crt_payb_lmt_amt) FILTER (WHERE f.fund_pay_type IN ('310100', '390100')) AS cap_room,
        MAX(f.crt_payb_lmt_amt) FILTER (WHERE f.fund_pay_type = '320100') AS civil_room,
        MAX(f.crt_payb_lmt_amt) FILTER (WHERE f.fund_pay_type = '610100') AS assist_room,
        MAX(f.inscp_scp_amt) FILTER (WHERE f.fund_pay_type = '390200') AS burden_seen
    FROM settled.setl_fund_d AS f
    SEMI JOIN temp.recompute_subject AS u ON f.setl_id = u.setl_id
    GROUP BY f.setl_id
),

-- Two regions of one same-city agreement on the day: no filing is asked for and nothing is reduced.
same_city AS (
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
    COALESCE(s.cvlserv_flag = '1', FALSE) AS is_civil_servant,
    CAST(GREATEST(COALESCE(s.cal_ipt_cnt, 1), 1) AS BIGINT) AS nth_admission,
    CAST(s.medfee_sumamt * 100 AS BIGINT) AS total,
    CAST(s.inscp_amt * 100 AS BIGINT) AS in_scope,
    CAST(s.act_pay_dedc * 100 AS BIGINT) AS deductible,
    CAST(s.hifp_pay * 100 AS BIGINT) AS hifp,
    CAST((s.cvlserv_pay + s.hifmi_pay + s.hifob_pay + s.maf_pay) * 100 AS BIGINT) AS layers,
    -- Employers' and veterans' funds follow plans that no pack holds: they are taken as paid.
    CAST((s.hifes_pay + s.hifdm_pay) * 100 AS BIGINT) AS outside_packs,
    CAST(s.othfund_pay * 100 AS BIGINT) AS other_funds,
    CAST(s.fund_pay_sumamt * 100 AS BIGINT) AS fund,
    CAST(s.ownpay_hosp_part * 100 AS BIGINT) AS hospital_share,
    CAST((s.acct_pay + s.acct_mulaid_pay) * 100 AS BIGINT) AS account,
    CAST(COALESCE(f.cap_room, 0) * 100 AS BIGINT) AS cap_room,
    f.cap_room IS NOT NULL AS has_cap_room,
    CAST(COALESCE(f.civil_room, 0) * 100 AS BIGINT) AS civil_room,
    f.civil_room IS NOT NULL AS has_civil_room,
    CAST(COALESCE(f.assist_room, 0) * 100 AS BIGINT) AS assist_room,
    f.assist_room IS NOT NULL AS has_assist_room,
    CASE
        WHEN f.burden_seen IS NULL THEN 0
        ELSE CAST(GREATEST(f.burden_seen - (s.inscp_amt - s.hifp_pay), 0) * 100 AS BIGINT)
    END AS burden_before,
    CASE
        WHEN s.care IN ('OTP', 'ER', 'RX', 'OPSP', 'OTHER')
            THEN CAST(COALESCE(GREATEST(s.dedc_std - s.crt_dedc, 0), 0) * 100 AS BIGINT)
        ELSE 0
    END AS deductible_paid,
    CAST(COALESCE(t.transfer_paid, 0) * 100 AS BIGINT) AS transfer_paid
FROM mart.settlement AS s
SEMI JOIN temp.recompute_subject AS u ON s.setl_id = u.setl_id
LEFT JOIN fund AS f ON s.setl_id = f.setl_id
LEFT JOIN transferred AS t ON s.setl_id = t.setl_id
LEFT JOIN same_city AS c ON s.setl_id = c.setl_id
WHERE s.counts
