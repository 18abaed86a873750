-- The patients of an institution in a month by case mix: one row per institution, month and kind of patient (care,
-- diagnosis, age, operated or not), with how many, the sum and the sum of squares of what is compared.
--
-- Key: subject_id (institution code), setl_month, level, care, chapter, icd3, age_band, operated. `period` (since,
-- until; half open) is supplied by the library; no row dated outside is used. Cost is its logarithm, in yuan; shares
-- are of the settlement's cost. Of a longer period only its last four weeks are read, from the first of their month.
WITH bill AS (
    SELECT
        b.fixmedins_code AS subject_id,
        b.setl_month,
        b.setl_id,
        b.level,
        b.care,
        b.chapter,
        b.icd3,
        b.age_band,
        b.operated,
        b.cost_fen,
        b.fund_fen,
        b.log_cost AS cost,
        CASE WHEN b.care = 'IPT' THEN b.los_days END AS days,
        CASE WHEN b.care <> 'RX' THEN b.n_tests END AS tests,
        b.n_drugs AS drugs,
        CASE
            WHEN b.care <> 'RX' AND b.cost_fen > 0
                THEN
                    ((b.western_fen + b.patent_fen + b.herbal_fen) / b.cost_fen)::DECIMAL(9, 6)
        END AS drug_share,
        CASE
            WHEN b.care = 'IPT' AND b.cost_fen > 0
                THEN
                    (b.material_fen / b.cost_fen)::DECIMAL(9, 6)
        END AS material_share
    FROM profile.patient AS b
    CROSS JOIN period AS p
    WHERE
        b.setl_date >= GREATEST(p.since, (DATE_TRUNC('month', p.until - 28))::DATE)
        AND b.setl_date < p.until
)

SELECT
    c.subject_id,
    c.setl_month,
    c.level,
    c.care,
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
    COUNT(c.days) AS days_n,
    COALESCE(SUM(c.days), 0)::DOUBLE AS days_sum,
    COALESCE(SUM(c.days * c.days), 0)::DOUBLE AS days_sq,
    COUNT(c.tests) AS tests_n,
    COALESCE(SUM(c.tests), 0)::DOUBLE AS tests_sum,
    COALESCE(SUM(c.tests * c.tests), 0)::DOUBLE AS tests_sq,
    COUNT(c.drugs) AS drugs_n,
    COALESCE(SUM(c.drugs), 0)::DOUBLE AS drugs_sum,
    COALESCE(SUM(c.drugs * c.drugs), 0)::DOUBLE AS drugs_sq,
    COUNT(c.drug_share) AS drug_share_n,
    COALESCE(SUM(c.drug_share), 0)::DOUBLE AS drug_share_sum,
    COALESCE(SUM(c.drug_share * c.drug_share), 0)::DOUBLE AS drug_share_sq,
    COUNT(c.material_share) AS material_share_n,
    COALESCE(SUM(c.material_share), 0)::DOUBLE AS material_share_sum,
    COALESCE(SUM(c.material_share * c.material_share), 0)::DOUBLE AS material_share_sq,
    -- The dearest settlements of the cell, which a reviewer opens first: '<fen> <setl_id>' each.
    ARRAY_TO_STRING(
        ARG_MAX(c.cost_fen || ' ' || c.setl_id, {'fen': c.cost_fen, 'id': c.setl_id}, 3), ';'
    ) AS dearest
FROM bill AS c
GROUP BY c.subject_id, c.setl_month, c.level, c.care, c.chapter, c.icd3, c.age_band, c.operated
