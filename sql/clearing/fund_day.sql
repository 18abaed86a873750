-- A day of each region's revolving fund as booked: balance, quota and what was paid since the day it was last
-- refilled. The payments of that day itself are part of what the refill made good.
WITH refill AS (
    SELECT
        *,
        MAX(CASE WHEN in_replenish > 0 THEN acct_date END)
            OVER (PARTITION BY insured_region ORDER BY acct_date) AS refilled_on
    FROM settled.revolv_fund_d
)

SELECT
    insured_region AS insu_region,
    acct_date,
    opening,
    in_replenish,
    in_interest,
    out_clear,
    adjust,
    closing,
    quota,
    refilled_on,
    CAST(
        SUM(CASE WHEN acct_date = refilled_on THEN 0 ELSE out_clear END) OVER (
            PARTITION BY insured_region, refilled_on ORDER BY acct_date
        ) AS DECIMAL(18, 2)
    ) AS spent
FROM refill
