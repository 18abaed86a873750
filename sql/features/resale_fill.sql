-- Drugs that are often bought to be sold again, as out-patients and customers of drugstores took them home: one row per
-- settlement and generic, settled in [since, until). Key: setl_id, generic. `period` (one row: since, until) is the
-- scope; the library supplies it. Amounts are what was in scope, in fen; `minute` counts from 2020.
WITH bought AS (
    SELECT b.*
    FROM profile.bill AS b, period AS p
    WHERE b.setl_date >= p.since AND b.setl_date < p.until AND b.care IN ('OTP', 'OPSP', 'RX', 'ER')
),

supplied AS (
    SELECT
        l.setl_id,
        l.bkkp_sn,
        k.generic,
        l.inscp_amt,
        -- Bounded, so that no absurd record can overflow; a code under two points is one supply, the shorter one.
        MIN(LEAST(l.cnt, 99999) * LEAST(k.days_per_unit, 9999)) AS days_supply
    FROM mart.fee_line AS l
    INNER JOIN knowledge.drug_supply AS k
        ON
            l.hilist_code = k.hilist_code
            AND l.fee_date >= k.valid_from
            AND (k.valid_until IS NULL OR l.fee_date < k.valid_until)
    WHERE l.setl_id IN (SELECT bought.setl_id FROM bought) AND k.is_resale_prone = '1' AND l.cnt > 0
    GROUP BY l.setl_id, l.bkkp_sn, k.generic, l.inscp_amt
)

SELECT
    b.setl_id,
    s.generic,
    b.setl_month,
    DATE_DIFF('day', DATE '2020-01-01', b.setl_date) AS day_number,
    DATE_DIFF('minute', TIMESTAMP '2020-01-01', b.settled_at) AS minute,
    b.person,
    b.fixmedins_code,
    b.level,
    b.treat_pool,
    b.cost_fen,
    b.fund_fen,
    CAST(SUM(s.days_supply) AS DOUBLE) AS days_supply,
    CAST(SUM(s.inscp_amt) * 100 AS BIGINT) AS inscp_fen
FROM supplied AS s
INNER JOIN bought AS b ON s.setl_id = b.setl_id
GROUP BY ALL
