-- What else those persons did who bought drugs that are often sold again: one row per person and month of
-- [since, until). Key: person, setl_month. `period` (one row: since, until) is the scope; the library supplies it.
WITH buyer AS (
    SELECT DISTINCT b.person
    FROM mart.fee_line AS l
    INNER JOIN profile.bill AS b ON l.setl_id = b.setl_id
    CROSS JOIN period AS p
    WHERE
        b.setl_date >= p.since AND b.setl_date < p.until AND b.care IN ('OTP', 'OPSP', 'RX', 'ER')
        AND l.hilist_code IN (
            SELECT k.hilist_code
            FROM knowledge.drug_supply AS k
            WHERE k.is_resale_prone = '1'
        )
)

SELECT
    b.person,
    b.setl_month,
    COUNT(*) AS n_bills,
    CAST(SUM(b.n_tests) AS BIGINT) AS n_tests
FROM profile.bill AS b, period AS p
WHERE
    b.setl_date >= p.since AND b.setl_date < p.until
    AND b.person IN (SELECT buyer.person FROM buyer)
GROUP BY b.person, b.setl_month
