-- Who was admitted where with whom in common: one row per inpatient stay settled in [since, until) that counts. Key:
-- setl_id. `period` (one row: since, until) is the scope; the library supplies it. Day numbers count from 2020.
--
-- What comes in waves by itself is left out: infectious diseases, influenza, injuries, poisonings, accidents, and stays
-- that belong to a course of treatment.
SELECT
    b.setl_id,
    b.setl_month,
    b.person,
    b.fixmedins_code,
    b.level,
    b.icd3,
    DATE_DIFF('day', DATE '2020-01-01', b.begndate) AS begin_day,
    DATE_DIFF('day', DATE '2020-01-01', b.enddate) AS end_day,
    b.insu_admdvs AS county,
    s.emp_no AS employer,
    a.live_addr_hash AS address,
    b.fund_fen
FROM profile.bill AS b
CROSS JOIN period AS p
INNER JOIN mart.settlement AS s ON b.setl_id = s.setl_id
LEFT JOIN settled.psn_b AS a ON s.psn_no = a.psn_no AND a.vali_flag = '1'
WHERE
    b.setl_date >= p.since AND b.setl_date < p.until AND b.care = 'IPT' AND b.icd3 IS NOT NULL
    AND LEFT(b.icd3, 1) NOT IN ('A', 'B', 'S', 'T', 'U', 'V', 'W', 'X', 'Y')
    AND b.icd3 NOT IN ('J09', 'J10', 'J11')
    AND b.icd3 NOT IN (SELECT t.icd3 FROM knowledge.periodic_treatment AS t)
