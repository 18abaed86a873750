/* check
code: I4
table: setl_d
title_zh: 明细合计与结算表头不一致
title_en: Fee lines do not add up to the settlement header
severity: warn
tolerated_share: 0.0
about: >
  Total and the four parts of the header against the sum of the valid lines of the same package; 0.01 per square
  root of the number of lines, at least 0.05. Only settlements that are new with this package, for a correction
  may send the changed line alone, and only those without a line that was sent twice.
*/
WITH line AS (
    SELECT
        setl_id,
        COUNT(*) AS n,
        SUM(det_item_fee_sumamt) AS total,
        SUM(fulamt_ownpay_amt) AS fulamt,
        SUM(overlmt_selfpay) AS overlmt,
        SUM(preselfpay_amt) AS preselfpay,
        SUM(inscp_amt) AS inscp
    FROM stage.fee_list_d
    WHERE vali_flag = '1'
    GROUP BY setl_id
    HAVING COUNT(*) = COUNT(DISTINCT bkkp_sn)
)

SELECT
    h.setl_id AS subject,
    GREATEST(
        ABS(h.medfee_sumamt - l.total),
        ABS(h.fulamt_ownpay_amt - l.fulamt),
        ABS(h.overlmt_selfpay - l.overlmt),
        ABS(h.preselfpay_amt - l.preselfpay),
        ABS(h.inscp_amt - l.inscp)
    ) > GREATEST(0.05, 0.01 * SQRT(l.n)) AS is_broken,
    CONCAT('medfee_sumamt ', h.medfee_sumamt, ' / ', l.total, '; inscp_amt ', h.inscp_amt, ' / ', l.inscp) AS shown
FROM stage.setl_d AS h
INNER JOIN line AS l ON h.setl_id = l.setl_id
ANTI JOIN settled.setl_d AS s ON h.setl_id = s.setl_id
WHERE h.vali_flag = '1'
