-- Drugs that out-patients took home, and for how many days they last: one row per fee line of a drug that drug_supply
-- knows, in the columns of sql/schema/feature/drug_fill.sql. In the rules' dialect; reads logical tables. What a ward
-- gives is taken in the ward.
SELECT
    s.person,
    s.setl_id,
    l.bkkp_sn,
    s.fixmedins_code,
    s.care,
    k.generic,
    l.hilist_code,
    l.fee_date,
    l.cnt,
    -- Bounded, so that no absurd record can overflow.
    CAST(LEAST(l.cnt, 99999) * LEAST(k.days_per_unit, 9999) AS DECIMAL(18, 4)) AS days_supply,
    k.is_resale_prone,
    l.det_item_fee_sumamt,
    l.inscp_amt
FROM fee_line AS l
INNER JOIN settlement AS s ON l.setl_id = s.setl_id
INNER JOIN drug_supply AS k
    ON
        l.hilist_code = k.hilist_code
        AND l.fee_date >= k.valid_from
        AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
WHERE s.care IN ('OTP', 'OPSP', 'RX', 'ER') AND l.cnt > 0
-- A code under two points is one supply, the shorter one.
QUALIFY ROW_NUMBER() OVER (PARTITION BY l.bkkp_sn ORDER BY k.days_per_unit ASC, k.kp_id ASC) = 1
