-- What institutions have to state each day: valid settlements over the network, local care and remote care alike.
-- Reimbursement at the counter (setl_type 1) and supplements (3) are paid without the institution.
WITH h AS (
    SELECT setl_id FROM settled.setl_d
    WHERE vali_flag = '1'
)

SELECT
    s.setl_id,
    s.medins_setl_id,
    s.mdtrt_id,
    s.psn_no,
    s.fixmedins_code,
    s.treating_agency,
    s.insu_admdvs,
    s.insu_pool,
    s.treat_pool,
    s.scope,
    s.is_cross_region,
    s.setl_date,
    s.insutype,
    COALESCE(s.clr_type, '99') AS clr_type,
    s.is_reversal,
    CASE WHEN s.is_reversal THEN -1 ELSE 1 END AS counted,
    s.medfee_sumamt,
    s.fund_pay_sumamt,
    s.acct_pay
FROM mart.settlement AS s
SEMI JOIN h ON s.setl_id = h.setl_id
WHERE s.setl_type = '2'
