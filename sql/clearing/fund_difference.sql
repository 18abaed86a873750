-- Days of revolving funds that do not close (I18), do not begin where the day before ended, or were left out.
WITH day AS (
    SELECT
        *,
        LAG(closing) OVER (PARTITION BY insured_region ORDER BY acct_date) AS closed_before,
        LAG(acct_date) OVER (PARTITION BY insured_region ORDER BY acct_date) AS day_before
    FROM settled.revolv_fund_d
),

difference AS (
    SELECT
        insured_region,
        acct_date,
        'IDENTITY' AS class,
        closing - opening - in_replenish - in_interest + out_clear - adjust AS amount
    FROM day
    UNION ALL
    SELECT
        insured_region,
        acct_date,
        'CONTINUITY' AS class,
        opening - closed_before AS amount
    FROM day
    WHERE closed_before IS NOT NULL
)

SELECT
    insured_region AS insu_region,
    acct_date,
    class,
    CAST(amount AS DECIMAL(18, 2)) AS amount
FROM difference
WHERE amount <> 0
UNION ALL
SELECT
    insured_region AS insu_region,
    acct_date,
    'DAYS_LEFT_OUT' AS class,
    CAST(0 AS DECIMAL(18, 2)) AS amount
FROM day
WHERE acct_date - day_before > 1
