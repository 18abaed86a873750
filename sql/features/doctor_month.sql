-- The patients of a doctor in a month by case mix: one row per doctor, month and kind of patient, with how many, the
-- sum and the sum of squares of what is compared. A settlement is the doctor's whose orders cost most of it.
--
-- Key: subject_id ('institution/doctor'), setl_month, level, care, department, chapter, icd3, age_band, operated.
-- `period` (since, until; half open) is supplied by the library; no row dated outside is used. Cost is its logarithm,
-- in yuan. Of a longer period only its last four weeks are read, from the first of their month.
WITH bill AS (
    SELECT
        b.fixmedins_code || '/' || b.doctor AS subject_id,
        b.fixmedins_code,
        b.setl_month,
        b.setl_id,
        b.level,
        b.care,
        COALESCE(b.department, '') AS department,
        b.chapter,
        b.icd3,
        b.age_band,
        b.operated,
        b.cost_fen,
        b.fund_fen,
        b.log_cost AS cost,
        CASE WHEN b.care <> 'RX' THEN b.n_tests END AS tests,
        b.n_drugs AS drugs
    FROM profile.patient AS b
    CROSS JOIN period AS p
    WHERE
        b.setl_date >= GREATEST(p.since, (DATE_TRUNC('month', p.until - 28))::DATE)
        AND b.setl_date < p.until AND b.doctor IS NOT NULL AND b.care <> 'RX'
),

institution AS (
    SELECT
        i.fixmedins_code,
        ARG_MAX(i.fixmedins_name, i.begntime) AS name_zh
    FROM settled.fixmedins_b AS i
    CROSS JOIN period AS p
    WHERE i.begntime < p.until AND i.fixmedins_name IS NOT NULL
    GROUP BY i.fixmedins_code
)

SELECT
    c.subject_id,
    c.setl_month,
    c.level,
    c.care,
    c.department,
    c.chapter,
    c.icd3,
    c.age_band,
    c.operated,
    COUNT(*) AS n,
    SUM(c.cost_fen)::BIGINT AS cost_fen,
    SUM(c.fund_fen)::BIGINT AS fund_fen,
    -- Decimals add up to the same digits in whatever order the rows lie.
    COUNT(c.cost) AS cost_n,
    COALESCE(SUM(c.cost), 0)::DOUBLE AS cost_sum,
    COALESCE(SUM(c.cost * c.cost), 0)::DOUBLE AS cost_sq,
    COUNT(c.tests) AS tests_n,
    COALESCE(SUM(c.tests), 0)::DOUBLE AS tests_sum,
    COALESCE(SUM(c.tests * c.tests), 0)::DOUBLE AS tests_sq,
    COUNT(c.drugs) AS drugs_n,
    COALESCE(SUM(c.drugs), 0)::DOUBLE AS drugs_sum,
    COALESCE(SUM(c.drugs * c.drugs), 0)::DOUBLE AS drugs_sq,
    -- The dearest settlements of the cell, which a reviewer opens first: '<fen> <setl_id>' each.
    ARRAY_TO_STRING(
        ARG_MAX(c.cost_fen || ' ' || c.setl_id, {'fen': c.cost_fen, 'id': c.setl_id}, 3), ';'
    ) AS dearest,
    MAX(i.name_zh) AS name_zh
FROM bill AS c
LEFT JOIN institution AS i ON c.fixmedins_code = i.fixmedins_code
GROUP BY
    c.subject_id, c.setl_month, c.level, c.care, c.department, c.chapter,
    c.icd3, c.age_band, c.operated
