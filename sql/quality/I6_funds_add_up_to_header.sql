/* check
code: I6
table: setl_d
title_zh: 基金分项合计与基金支付总额不一致
title_en: Payments by fund do not add up to the fund total of the header
severity: warn
tolerated_share: 0.0
about: The personal account (310200) is no fund and is left out. Only settlements that are new with this package.
*/
WITH fund AS (
    SELECT
        setl_id,
        SUM(fund_payamt) AS total
    FROM stage.setl_fund_d
    WHERE fund_pay_type <> '310200'
    GROUP BY setl_id
)

SELECT
    h.setl_id AS subject,
    ABS(h.fund_pay_sumamt - f.total) > 0.01 AS is_broken,
    CONCAT('fund_pay_sumamt ', h.fund_pay_sumamt, ' / ', f.total) AS shown
FROM stage.setl_d AS h
INNER JOIN fund AS f ON h.setl_id = f.setl_id
ANTI JOIN settled.setl_d AS s ON h.setl_id = s.setl_id
WHERE h.vali_flag = '1'
