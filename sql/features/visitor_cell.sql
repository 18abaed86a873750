-- How an institution treats people from elsewhere and people from here, added up by case mix: XR-22.
--
-- Key: subject_id (institution), origin, setl_month, icd3, operation, age_band, sex. `period` (since, until) is the
-- scope; the library supplies it. REMOTE are stays of `profile.bill` by month; LOCAL are the months of `local_stay_d`
-- that lie wholly in the period, taken together (setl_month is null). On both sides stays with intensive care,
-- emergencies and referrals are left out: how grave they are is not in the data. Of cost (yuan), days and tests + 1
-- there are sums of logs and of their squares, which as decimals add up alike in any order; amounts are integer fen. `dearest` names the three dearest stays as
-- '<fen> <setl_id>', separated by a semicolon. A dash is no operation; * is what the sender of local sums merged.
WITH stay AS (
    SELECT
        b.setl_id,
        b.fixmedins_code,
        b.setl_month,
        b.level,
        b.icd3,
        COALESCE(b.operation, '-') AS operation,
        CASE
            WHEN b.age < 7 THEN '0'
            WHEN b.age < 18 THEN '1'
            WHEN b.age < 45 THEN '2'
            WHEN b.age < 60 THEN '3'
            WHEN b.age < 75 THEN '4'
            WHEN b.age >= 75 THEN '5'
            ELSE '9'
        END AS age_band,
        COALESCE(b.sex, '9') AS sex,
        b.cost_fen,
        LN(b.cost_fen / 100.0)::DECIMAL(9, 6) AS ln_cost,
        b.los_days AS days,
        LN(b.los_days)::DECIMAL(9, 6) AS ln_days,
        b.n_tests AS tests,
        LN(b.n_tests + 1)::DECIMAL(9, 6) AS ln_tests,
        b.western_fen,
        b.patent_fen,
        b.herbal_fen,
        b.material_fen,
        b.laboratory_fen,
        b.examination_fen,
        b.treatment_fen,
        b.surgery_fen,
        b.nursing_fen,
        b.bed_fen,
        b.consultation_fen,
        b.other_fen
    FROM profile.bill AS b
    INNER JOIN period AS p ON b.setl_date >= p.since AND b.setl_date < p.until
    WHERE b.care = 'IPT'
        AND b.scope <> 'LOCAL'
        AND b.med_type NOT IN ('23', '24')
        AND b.icd3 IS NOT NULL
        AND b.cost_fen > 0
        AND b.mdtrt_id NOT IN (SELECT i.mdtrt_id FROM settled.icu_d AS i WHERE i.vali_flag = '1')
),

neighbour AS (
    SELECT l.*
    FROM settled.local_stay_d AS l
    INNER JOIN period AS p
        ON STRPTIME(l.setl_ym, '%Y%m') >= p.since
        AND STRPTIME(l.setl_ym, '%Y%m') + INTERVAL 1 MONTH <= p.until
    WHERE l.vali_flag = '1'
        -- Neighbours with whom nobody is compared are most of them, and say nothing.
        AND (l.fixmedins_code, l.icd3, l.oprn_class) IN (SELECT (s.fixmedins_code, s.icd3, s.operation) FROM stay AS s)
)

SELECT
    s.fixmedins_code AS subject_id,
    'REMOTE' AS origin,
    s.setl_month,
    s.icd3,
    s.operation,
    s.age_band,
    s.sex,
    MAX(s.level) AS level,
    COUNT(*) AS n,
    SUM(s.cost_fen)::BIGINT AS cost_fen,
    SUM(s.ln_cost)::DOUBLE AS ln_cost,
    SUM(s.ln_cost * s.ln_cost)::DOUBLE AS ln_cost_2,
    SUM(s.days)::BIGINT AS days,
    SUM(s.ln_days)::DOUBLE AS ln_days,
    SUM(s.ln_days * s.ln_days)::DOUBLE AS ln_days_2,
    SUM(s.tests)::BIGINT AS tests,
    SUM(s.ln_tests)::DOUBLE AS ln_tests,
    SUM(s.ln_tests * s.ln_tests)::DOUBLE AS ln_tests_2,
    SUM(s.western_fen)::BIGINT AS western_fen,
    SUM(s.patent_fen)::BIGINT AS patent_fen,
    SUM(s.herbal_fen)::BIGINT AS herbal_fen,
    SUM(s.material_fen)::BIGINT AS material_fen,
    SUM(s.laboratory_fen)::BIGINT AS laboratory_fen,
    SUM(s.examination_fen)::BIGINT AS examination_fen,
    SUM(s.treatment_fen)::BIGINT AS treatment_fen,
    SUM(s.surgery_fen)::BIGINT AS surgery_fen,
    SUM(s.nursing_fen)::BIGINT AS nursing_fen,
    SUM(s.bed_fen)::BIGINT AS bed_fen,
    SUM(s.consultation_fen)::BIGINT AS consultation_fen,
    SUM(s.other_fen)::BIGINT AS other_fen,
    ARRAY_TO_STRING(
        LIST_TRANSFORM(
            ARG_MAX({'fen': s.cost_fen, 'id': s.setl_id}, {'fen': s.cost_fen, 'id': s.setl_id}, 3),
            lambda x: CONCAT(x.fen, ' ', x.id)
        ),
        ';'
    ) AS dearest
FROM stay AS s
GROUP BY s.fixmedins_code, s.setl_month, s.icd3, s.operation, s.age_band, s.sex

UNION ALL

SELECT
    l.fixmedins_code AS subject_id,
    'LOCAL' AS origin,
    NULL AS setl_month,
    l.icd3,
    l.oprn_class AS operation,
    l.age_band,
    l.gend AS sex,
    NULL AS level,
    SUM(l.stay_cnt)::BIGINT AS n,
    (SUM(l.medfee_sumamt) * 100)::BIGINT AS cost_fen,
    SUM(l.ln_fee_sum)::DOUBLE AS ln_cost,
    SUM(l.ln_fee_sumsq)::DOUBLE AS ln_cost_2,
    SUM(l.days_sum)::BIGINT AS days,
    SUM(l.ln_days_sum)::DOUBLE AS ln_days,
    SUM(l.ln_days_sumsq)::DOUBLE AS ln_days_2,
    SUM(l.test_cnt)::BIGINT AS tests,
    SUM(l.ln_test_sum)::DOUBLE AS ln_tests,
    SUM(l.ln_test_sumsq)::DOUBLE AS ln_tests_2,
    (SUM(l.western_amt) * 100)::BIGINT AS western_fen,
    (SUM(l.patent_amt) * 100)::BIGINT AS patent_fen,
    (SUM(l.herbal_amt) * 100)::BIGINT AS herbal_fen,
    (SUM(l.material_amt) * 100)::BIGINT AS material_fen,
    (SUM(l.laboratory_amt) * 100)::BIGINT AS laboratory_fen,
    (SUM(l.examination_amt) * 100)::BIGINT AS examination_fen,
    (SUM(l.treatment_amt) * 100)::BIGINT AS treatment_fen,
    (SUM(l.surgery_amt) * 100)::BIGINT AS surgery_fen,
    (SUM(l.nursing_amt) * 100)::BIGINT AS nursing_fen,
    (SUM(l.bed_amt) * 100)::BIGINT AS bed_fen,
    (SUM(l.consultation_amt) * 100)::BIGINT AS consultation_fen,
    (SUM(l.other_amt) * 100)::BIGINT AS other_fen,
    NULL AS dearest
FROM neighbour AS l
GROUP BY l.fixmedins_code, l.icd3, l.oprn_class, l.age_band, l.gend
