-- Which filing applies to each admission of temp.recompute_settlement (Art. 4, 13, 14), by the day it began.
-- Without one that applies: the nearest that did not, and why. A filing that neither covers the place nor is in
-- force on the day bears on nothing; the status is NONE as if it were not there.
CREATE OR REPLACE TEMP TABLE recompute_filing AS
WITH candidate AS (
    SELECT
        s.setl_id,
        s.med_type,
        f.filing_id,
        f.filing_type,
        f.filed_region,
        f.valid_from,
        f.valid_until,
        CASE f.filing_type
            WHEN 'LONG_RETIREE' THEN 1
            WHEN 'LONG_RESIDENT' THEN 1
            WHEN 'LONG_STATIONED' THEN 1
            WHEN 'REFERRAL' THEN 2
            WHEN 'EMERGENCY' THEN 3
            ELSE 4
        END AS type_rank,
        COALESCE(s.begndate >= f.valid_from AND s.begndate < f.valid_until, FALSE) AS in_force,
        COALESCE(CASE
            WHEN RIGHT(f.filed_region, 4) = '0000' THEN LEFT(f.filed_region, 2) = LEFT(s.fix_blng_admdvs, 2)
            -- The provincial agency's hospitals lie in Chengdu.
            WHEN LEFT(f.filed_region, 4) = '5101' THEN s.treat_pool IN ('5101', '5199')
            ELSE LEFT(f.filed_region, 4) = s.treat_pool
        END, FALSE) AS covers,
        CASE
            WHEN s.begndate < f.valid_from THEN f.valid_from - s.begndate
            ELSE s.begndate - f.valid_until + 1
        END AS days_off
    FROM temp.recompute_settlement AS s
    INNER JOIN mart.filing AS f ON s.person = f.person
    WHERE s.needs_filing AND f.is_effective
),

nearest AS (
    SELECT
        *,
        CASE WHEN covers AND in_force THEN 1 WHEN in_force THEN 2 WHEN covers THEN 3 END AS class
    FROM candidate
    WHERE covers OR in_force
    QUALIFY
        ROW_NUMBER()
            OVER (
                PARTITION BY setl_id
                ORDER BY class, CASE WHEN class = 3 THEN days_off ELSE 0 END, type_rank, filing_id
            )
        = 1
)

SELECT
    s.setl_id,
    CASE
        WHEN NOT s.needs_filing THEN 'NOT_NEEDED'
        -- An emergency that became an admission is deemed filed.
        WHEN n.class = 1 OR LEFT(s.med_type, 2) = '24' THEN 'VALID'
        WHEN n.class = 2 THEN 'OTHER_REGION'
        WHEN n.class = 3 THEN 'NOT_IN_FORCE'
        ELSE 'NONE'
    END AS filing_status,
    CASE
        WHEN NOT s.needs_filing THEN NULL
        WHEN n.class = 1 AND (LEFT(s.med_type, 2) <> '24' OR n.type_rank <= 3) THEN n.filing_type
        WHEN LEFT(s.med_type, 2) = '24' THEN 'EMERGENCY'
        ELSE 'UNFILED'
    END AS filing_type,
    CASE WHEN n.class = 1 OR LEFT(s.med_type, 2) <> '24' THEN n.filing_id END AS filing_id,
    CASE WHEN n.class = 1 OR LEFT(s.med_type, 2) <> '24' THEN n.filed_region END AS filed_region,
    CASE WHEN n.class = 1 OR LEFT(s.med_type, 2) <> '24' THEN n.valid_from END AS filed_from,
    CASE WHEN n.class = 1 OR LEFT(s.med_type, 2) <> '24' THEN n.valid_until END AS filed_until
FROM temp.recompute_settlement AS s
LEFT JOIN nearest AS n ON s.setl_id = n.setl_id
