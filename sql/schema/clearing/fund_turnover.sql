-- Each account of each region on each day with an entry: opening + came_in - went_out = closing.
-- DEPOSIT and RECEIVABLE grow by debits, the other accounts by credits.
CREATE VIEW fund_turnover AS
WITH day AS (
    SELECT
        insu_region,
        account,
        entry_date,
        SUM(CASE WHEN (amount > 0) = (account IN ('DEPOSIT', 'RECEIVABLE')) THEN ABS(amount) ELSE 0 END) AS came_in,
        SUM(CASE WHEN (amount > 0) = (account IN ('DEPOSIT', 'RECEIVABLE')) THEN 0 ELSE ABS(amount) END) AS went_out
    FROM clearing.fund_posting
    GROUP BY insu_region, account, entry_date
),

running AS (
    SELECT
        *,
        SUM(came_in - went_out) OVER (PARTITION BY insu_region, account ORDER BY entry_date) AS closing
    FROM day
)

SELECT
    insu_region,
    account,
    entry_date,
    closing - came_in + went_out AS opening,
    came_in,
    went_out,
    closing
FROM running;
