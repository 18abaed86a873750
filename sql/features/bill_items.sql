-- What an inpatient was charged, as lists: one row per stay settled in [since, until) that counts and has ten or more
-- different items. Key: setl_id. `period` (one row: since, until) is the scope; the library supplies it.
--
-- `items` are those of profile.charged: item (names: item_name.sql), kind of charge, lines and money. Stays for one
-- procedure, for which the same bill is what is meant to be written (cataract, piles, dialysis, chemotherapy, birth),
-- are left out.
SELECT
    b.setl_id,
    b.setl_month,
    DATE_DIFF('day', DATE '2020-01-01', b.setl_date) AS day_number,
    b.fixmedins_code,
    b.level,
    b.icd3,
    b.chapter,
    b.operation,
    b.department,
    b.cost_fen,
    b.fund_fen,
    b.laboratory_fen + b.examination_fen AS test_fen,
    c.items
FROM profile.bill AS b
INNER JOIN profile.charged AS c ON b.setl_id = c.setl_id
CROSS JOIN period AS p
WHERE
    b.setl_date >= p.since AND b.setl_date < p.until
    AND b.care = 'IPT' AND b.n_items >= 10 AND b.icd3 IS NOT NULL
    AND b.icd3 NOT IN ('H25', 'H26', 'I84', 'K64')
    AND b.icd3 NOT IN (SELECT t.icd3 FROM knowledge.periodic_treatment AS t)
