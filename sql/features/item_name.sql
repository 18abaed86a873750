-- What the items of bill_items.sql are called: one row per item code charged to an inpatient whose stay settled in
-- [since, until). Key: hilist_code. `item` is the hash that stands for it there.
WITH named AS (
    SELECT
        l.hilist_code,
        MIN(l.hilist_name) AS name,
        MIN(l.med_chrgitm_type) AS charge_type
    FROM mart.fee_line AS l
    WHERE
        l.setl_id IN (
            SELECT b.setl_id
            FROM profile.bill AS b, period AS p
            WHERE b.setl_date >= p.since AND b.setl_date < p.until AND b.care = 'IPT'
        )
    GROUP BY l.hilist_code
)

SELECT
    n.hilist_code,
    CAST(MD5_NUMBER_LOWER(n.hilist_code) >> 1 AS BIGINT) AS item,
    n.name,
    n.charge_type IN ('03', '04') AS is_test
FROM named AS n
