-- Every movement of the revolving funds of the province's own regions, as one debit and one credit. A negative amount
-- turns the two around. What was settled is owed from that day; what was paid, refilled and adjusted is as booked.
WITH first_day AS (
    SELECT * FROM settled.revolv_fund_d
    QUALIFY ROW_NUMBER() OVER (PARTITION BY insured_region ORDER BY acct_date) = 1
),

movement AS (
    SELECT
        insured_region AS insu_region,
        acct_date AS entry_date,
        'OPENING' AS kind,
        '' AS partner,
        'DEPOSIT' AS debit,
        'PRINCIPAL' AS credit,
        opening AS amount
    FROM first_day
    UNION ALL BY NAME
    SELECT
        insured_region AS insu_region,
        acct_date AS entry_date,
        'REPLENISHED' AS kind,
        '' AS partner,
        'DEPOSIT' AS debit,
        'REPLENISHMENT' AS credit,
        in_replenish AS amount
    FROM settled.revolv_fund_d
    UNION ALL BY NAME
    SELECT
        insured_region AS insu_region,
        acct_date AS entry_date,
        'INTEREST' AS kind,
        '' AS partner,
        'DEPOSIT' AS debit,
        'INTEREST' AS credit,
        in_interest AS amount
    FROM settled.revolv_fund_d
    UNION ALL BY NAME
    SELECT
        insured_region AS insu_region,
        acct_date AS entry_date,
        'CLEARED' AS kind,
        '' AS partner,
        'PAYABLE' AS debit,
        'DEPOSIT' AS credit,
        out_clear AS amount
    FROM settled.revolv_fund_d
    UNION ALL BY NAME
    SELECT
        insured_region AS insu_region,
        acct_date AS entry_date,
        'ADJUSTED' AS kind,
        '' AS partner,
        'DEPOSIT' AS debit,
        'ADJUSTMENT' AS credit,
        adjust AS amount
    FROM settled.revolv_fund_d
    UNION ALL BY NAME
    SELECT
        f.insu_region,
        f.setl_date AS entry_date,
        'SETTLED' AS kind,
        f.treat_region AS partner,
        'RECEIVABLE' AS debit,
        'PAYABLE' AS credit,
        SUM(f.amount) AS amount
    FROM clearing.settlement_fund AS f
    SEMI JOIN knowledge.agency AS a ON f.insu_region = a.code
    GROUP BY f.insu_region, f.setl_date, f.treat_region
    UNION ALL BY NAME
    SELECT
        d.insu_region,
        LAST_DAY(CAST(d.month || '-01' AS DATE)) AS entry_date,
        'DEDUCTED' AS kind,
        d.treat_region AS partner,
        'PAYABLE' AS debit,
        'DEDUCTION' AS credit,
        -SUM(d.amount) AS amount
    FROM clearing.carried_deduction AS d
    SEMI JOIN knowledge.agency AS a ON d.insu_region = a.code
    GROUP BY d.insu_region, d.month, d.treat_region
)

SELECT
    insu_region,
    entry_date,
    kind,
    partner,
    debit,
    credit,
    CAST(amount AS DECIMAL(18, 2)) AS amount
FROM movement
WHERE amount <> 0
