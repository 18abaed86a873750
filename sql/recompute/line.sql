-- The fee lines of temp.recompute_settlement as whole numbers: fen, ten-thousandths, millionths.
-- Inside the province the insured region's catalogue applies, across provinces the treating region's (Art. 3, 9).
CREATE OR REPLACE TEMP TABLE recompute_line AS
SELECT
    ROW_NUMBER() OVER () - 1 AS line_no,
    s.settlement_no,
    l.bkkp_sn,
    l.setl_id,
    l.hilist_code,
    l.fee_date,
    s.insutype,
    COALESCE(s.lmtpric_hosp_lv, '') AS level,
    CASE s.scope WHEN 'CROSS_PROV' THEN s.fix_blng_admdvs ELSE s.insu_admdvs END AS region,
    CASE s.scope WHEN 'CROSS_PROV' THEN s.insu_admdvs ELSE s.fix_blng_admdvs END AS other_region,
    COALESCE(l.lmt_used_flag = '1' AND l.hosp_appr_flag = '2', FALSE) AS is_refused,
    ABS(l.det_item_fee_sumamt) <= 900000000 AND ABS(l.cnt) * ABS(l.pric) <= 900000000 AS is_computable,
    CAST(l.det_item_fee_sumamt * 100 AS BIGINT) AS amount,
    CAST(l.cnt * 10000 AS BIGINT) AS quantity,
    CAST(l.pric * 1000000 AS BIGINT) AS price,
    CAST(l.fulamt_ownpay_amt * 100 AS BIGINT) AS full_self_pay,
    CAST(l.overlmt_selfpay * 100 AS BIGINT) AS over_ceiling,
    CAST(l.preselfpay_amt * 100 AS BIGINT) AS pre_self_pay,
    CAST(l.inscp_amt * 100 AS BIGINT) AS in_scope
FROM mart.fee_line AS l
INNER JOIN temp.recompute_settlement AS s ON l.setl_id = s.setl_id
