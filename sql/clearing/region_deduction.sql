-- Deductions that agencies confirmed against institutions and that belong to another region's fund.
-- A closed case gives back what was determined. A case that is not closed gives back what was already withheld of it
-- (det_d, kinds 10 and 20: review and inspection; prepayment and retention are no findings).
WITH booked AS (
    SELECT
        case_id,
        MIN(LEFT(clr_ym, 4) || '-' || RIGHT(clr_ym, 2)) AS first_month,
        SUM(det_amt) AS amount
    FROM settled.det_d
    WHERE det_type IN ('10', '20') AND detd_stas IN ('20', '30') AND det_amt > 0
    GROUP BY case_id
),

known AS (
    SELECT
        c.case_no,
        COALESCE(i.code, LEFT(c.insu_pool, 2) || '0000') AS insu_region,
        COALESCE(t.code, SUBSTR(c.fixmedins_code, 2, 2) || '0000') AS treat_region,
        i.code IS NOT NULL AND t.code IS NOT NULL AS is_in_province,
        CASE WHEN c.closed_on IS NOT NULL THEN 'CASE' ELSE 'BOOKED' END AS source,
        CASE WHEN c.closed_on IS NOT NULL THEN STRFTIME(c.closed_on, '%Y-%m') ELSE b.first_month END AS month,
        CASE WHEN c.closed_on IS NOT NULL THEN COALESCE(c.determined, 0) ELSE b.amount END AS amount
    FROM casework.audit_case AS c
    LEFT JOIN booked AS b ON c.case_no = b.case_id
    LEFT JOIN knowledge.agency AS i ON c.insu_pool = i.pool
    LEFT JOIN knowledge.agency AS t ON c.treating_agency = t.code
)

SELECT
    case_no,
    CASE WHEN is_in_province THEN 'IN_PROV' ELSE 'CROSS_PROV' END AS scope,
    insu_region,
    treat_region,
    source,
    month,
    CAST(amount AS DECIMAL(18, 2)) AS amount
FROM known
WHERE amount > 0 AND insu_region <> treat_region
