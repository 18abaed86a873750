-- What the catalogue of each region says of each item on each day: temp.recompute_key in, temp.recompute_entry out.
-- The most specific row valid on the day wins: county, city (xxyy00), province (xx0000), nation (000000).
CREATE OR REPLACE TEMP TABLE recompute_entry AS
WITH region AS (
    SELECT DISTINCT region FROM temp.recompute_key
),

place AS (
    SELECT region, listed_for, MAX(specificity) AS specificity
    FROM (
        SELECT region, region AS listed_for, 3 AS specificity FROM region
        UNION ALL
        SELECT region, LEFT(region, 4) || '00' AS listed_for, 2 AS specificity FROM region
        UNION ALL
        SELECT region, LEFT(region, 2) || '0000' AS listed_for, 1 AS specificity FROM region
        UNION ALL
        SELECT region, '000000' AS listed_for, 0 AS specificity FROM region
    ) AS each_place
    GROUP BY region, listed_for
),

listed AS (
    SELECT k.key_no, ARG_MAX(h.chrgitm_lv, {'place': p.specificity, 'since': h.begndate}) AS chrgitm_lv
    FROM temp.recompute_key AS k
    INNER JOIN place AS p ON k.region = p.region
    INNER JOIN settled.hilist_b AS h
        ON
            k.hilist_code = h.hilist_code
            AND p.listed_for = h.insu_admdvs
            AND k.fee_date >= h.begndate
            AND (h.enddate IS NULL OR k.fee_date <= h.enddate)
    WHERE h.vali_flag = '1'
    GROUP BY k.key_no
),

limited AS (
    SELECT
        k.key_no,
        ARG_MAX(
            h.hilist_pric_uplmt_amt,
            {'place': p.specificity, 'own_level': h.hilist_lmtpric_type <> '0', 'since': h.begndate}
        ) AS ceiling
    FROM temp.recompute_key AS k
    INNER JOIN place AS p ON k.region = p.region
    INNER JOIN settled.hilist_lmtpric_d AS h
        ON
            k.hilist_code = h.hilist_code
            AND p.listed_for = h.insu_admdvs
            AND k.fee_date >= h.begndate
            AND (h.enddate IS NULL OR k.fee_date <= h.enddate)
    WHERE h.hilist_lmtpric_type IN ('0', k.level)
    GROUP BY k.key_no
),

shared AS (
    SELECT
        k.key_no,
        ARG_MAX(
            h.selfpay_prop,
            {'place': p.specificity, 'own_kind': h.selfpay_prop_psn_type <> '0', 'since': h.begndate}
        ) AS share
    FROM temp.recompute_key AS k
    INNER JOIN place AS p ON k.region = p.region
    INNER JOIN settled.hilist_selfpay_prop_b AS h
        ON
            k.hilist_code = h.hilist_code
            AND p.listed_for = h.insu_admdvs
            AND k.fee_date >= h.begndate
            AND (h.enddate IS NULL OR k.fee_date <= h.enddate)
    WHERE h.selfpay_prop_type = '10' AND h.selfpay_prop_psn_type IN ('0', k.insutype)
    GROUP BY k.key_no
)

SELECT
    k.*,
    l.chrgitm_lv,
    COALESCE(l.chrgitm_lv <> '03', FALSE) AS is_covered,
    -- 2 ** 62 is the core's word for no ceiling.
    COALESCE(CAST(m.ceiling * 1000000 AS BIGINT), 4611686018427387904) AS ceiling,
    COALESCE(CAST(LEAST(GREATEST(s.share, 0), 1) * 10000 AS BIGINT), 0) AS share
FROM temp.recompute_key AS k
LEFT JOIN listed AS l ON k.key_no = l.key_no
LEFT JOIN limited AS m ON k.key_no = m.key_no
LEFT JOIN shared AS s ON k.key_no = s.key_no
