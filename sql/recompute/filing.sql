-- Which filing applies to each admission of temp.recompute_settlement (Art. 4, 13, 14), by the day it began.
-- Without one that applies: the nearest that did not, and why. A filing that neither covers the place nor is in
-- force on the day bears on nothing; the status is NONE as if it were not there.
CREATE OR REPLACE TEMP TABLE recompute_filing AS
WITH candidate AS (
    SELECT
        s.setl_id,
        s.begndate,
        f.*,
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
        -- Filing is allowed until the settlement at discharge, not after it.
        f.applied_at <= s.setl_time AS in_time
    FROM temp.recompute_settlement AS s
    INNER JOIN mart.filing AS f ON s.person = f.person
    WHERE s.needs_filing
),

classed AS (
    SELECT
        *,
        CASE
            WHEN covers AND in_force AND is_effective THEN CASE WHEN in_time THEN 1 ELSE 2 END
            WHEN covers AND in_force THEN 3
            WHEN in_force AND is_effective THEN 4
            WHEN covers AND is_effective THEN 5
        END AS class,
        CASE WHEN begndate < valid_from THEN valid_from - begndate ELSE begndate - valid_until + 1 END AS days_off
    FROM candidate
),

nearest AS (
    SELECT *
    FROM classed
    WHERE class IS NOT NULL
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY setl_id
            ORDER BY
                class ASC,
                -- Approved but not uploaded is nearer to a filing than one that was refused.
                is_valid AND is_approved DESC,
                CASE WHEN class = 5 THEN days_off ELSE 0 END ASC,
                type_rank ASC,
                filing_id ASC
        ) = 1
),

decided AS (
    SELECT
        s.setl_id,
        s.needs_filing,
        LEFT(s.med_type, 2) = '24' AS is_emergency,
        -- An emergency that became an admission is deemed filed: what did not apply bears on nothing.
        CASE WHEN is_emergency AND n.class > 1 THEN NULL ELSE n.class END AS state,
        CASE WHEN state IS NOT NULL THEN n.type_rank END AS type_rank,
        CASE WHEN state IS NOT NULL THEN n.is_valid AND n.is_approved END AS is_approved,
        CASE WHEN state IS NOT NULL THEN n.filing_type END AS filed_type,
        CASE WHEN state IS NOT NULL THEN n.filing_id END AS filing_id,
        CASE WHEN state IS NOT NULL THEN n.filed_region END AS filed_region,
        CASE WHEN state IS NOT NULL THEN n.valid_from END AS filed_from,
        CASE WHEN state IS NOT NULL THEN n.valid_until END AS filed_until,
        CASE WHEN state IS NOT NULL THEN n.applied_at END AS filing_applied_at
    FROM temp.recompute_settlement AS s
    LEFT JOIN nearest AS n ON s.setl_id = n.setl_id
)

SELECT
    setl_id,
    CASE
        WHEN NOT needs_filing THEN 'NOT_NEEDED'
        WHEN state = 1 OR is_emergency THEN 'VALID'
        WHEN state = 2 THEN 'LATE'
        WHEN state = 3 THEN CASE WHEN is_approved THEN 'NOT_UPLOADED' ELSE 'NOT_APPROVED' END
        WHEN state = 4 THEN 'OTHER_REGION'
        WHEN state = 5 THEN 'NOT_IN_FORCE'
        ELSE 'NONE'
    END AS filing_status,
    CASE
        WHEN NOT needs_filing THEN NULL
        -- Whatever worse was filed for an emergency, or nothing at all.
        WHEN is_emergency AND COALESCE(type_rank > 3, TRUE) THEN 'EMERGENCY'
        WHEN state = 1 THEN filed_type
        ELSE 'UNFILED'
    END AS filing_type,
    filing_id,
    filed_region,
    filed_from,
    filed_until,
    filing_applied_at
FROM decided
