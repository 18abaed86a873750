-- Every movement of the revolving funds of the province's own regions, as one debit and one credit. A negative amount
-- turns the two around. What was settled is owed from that day; what was paid, refilled and adjusted is as booked.
WITH first_day AS (
    SELECT * FROM settled.revolv_fund_d QUALIFY ROW_NUMBER() OVER (PARTITION BY insured_region ORDER BY acct_date) = 1
),

movement AS (
    SELECT insured_region, acct_date, 'OPENING' AS kind, '' AS partner, 'DEPOSIT' AS debit, 'PRINCIPAL' AS credit,
        opening AS amount
    FROM first_day
    UNION ALL
    SELECT insured_region, acct_date, 'REPLENISHED', '', 'DEPOSIT', 'REPLENISHMENT', in_replenish
    FROM settled.revolv_fund_d
    UNION ALL
    SELECT insured_region, acct_date, 'INTEREST', '', 'DEPOSIT', 'INTEREST', in_interest FROM settled.revolv_fund_d
    UNION ALL
    SELECT insured_region, acct_date, 'CLEARED', '', 'PAYABLE', 'DEPOSIT', out_clear FROM settled.revolv_fund_d
    UNION ALL
    SELECT insured_region, acct_date, 'ADJUSTED', '', 'DEPOSIT', 'ADJUSTMENT', adjust FROM settled.revolv_fund_d
    UNION ALL
    SELECT f.insu_region, f.setl_date, 'SETTLED', f.treat_region, 'RECEIVABLE', 'PAYABLE', SUM(f.amount)
    FROM clearing.settlement_fund AS f
    SEMI JOIN knowledge.agency AS a ON f.insu_region = a.code
    GROUP BY f.insu_region, f.setl_date, f.treat_region
    UNION ALL
    SELECT d.insu_region, LAST_DAY(CAST(d.month || '-01' AS DATE)), 'DEDUCTED', d.treat_region, 'PAYABLE', 'DEDUCTION',
        -SUM(d.amount)
    FROM clearing.carried_deduction AS d
    SEMI JOIN knowledge.agency AS a ON d.insu_region = a.code
    GROUP BY d.insu_region, d.month, d.treat_region
)

SELECT
    insured_region AS insu_region,
    acct_date AS entry_date,
    kind,
    partner,
    debit,
    credit,
    CAST(amount AS DECIMAL(18, 2)) AS amount
FROM movement
WHERE amount <> 0
