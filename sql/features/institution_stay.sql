-- What was done for each inpatient: one row per inpatient settlement of the period, in the kinds of patient of
-- institution_mix.sql.
--
-- Key: subject_id (institution code), setl_id. `period` (since, until; half open) is supplied by the library; no row
-- dated outside is used. Of a longer period only its last four weeks are read, from the first of their month.
SELECT
    b.fixmedins_code AS subject_id,
    b.setl_id,
    b.setl_month,
    b.level,
    b.care,
    b.chapter,
    b.icd3,
    b.age_band,
    b.operated,
    b.los_days,
    b.cost_fen,
    b.n_tests,
    b.n_drugs
FROM profile.patient AS b
CROSS JOIN period AS p
WHERE
    b.setl_date >= GREATEST(p.since, CAST(DATE_TRUNC('month', p.until - 28) AS DATE))
    AND b.setl_date < p.until AND b.care = 'IPT' AND b.cost_fen > 0
