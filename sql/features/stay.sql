-- What is known of an inpatient stay from the stay itself: one row per settlement that counts and has lines.
--
-- Key: setl_id. `subject` (column setl_id) is the scope; the library supplies it, so a night reads only the stays that
-- it touched. Nothing here looks at another settlement or at a later row, so a stay has the same features on every night
-- and in every batch. Amounts are integer fen; a missing code is null. Reads profiles, which whoever calls keeps up to
-- date. `los_days` and the counts are what is judged beside the cost: the institution whose cost is judged decides them,
-- so no model may expect cost from them.
WITH stay AS (
    SELECT b.*
    FROM profile.bill AS b
    WHERE b.setl_id IN (SELECT subject.setl_id FROM subject) AND b.care = 'IPT' AND b.cost_fen > 0
),

secondary AS (
    SELECT
        d.mdtrt_id,
        COUNT(DISTINCT LEFT(d.diag_code, 3)) AS n
    FROM settled.diag_d AS d
    WHERE
        d.mdtrt_id IN (SELECT stay.mdtrt_id FROM stay)
        AND d.vali_flag = '1' AND d.inout_diag_type = '2' AND d.diag_type = '1' AND d.maindiag_flag <> '1'
    GROUP BY d.mdtrt_id
)

SELECT
    s.setl_id,
    s.setl_date,
    s.icd3,
    s.chapter,
    CASE WHEN s.operation IS NULL THEN 'NO' ELSE 'YES' END AS has_operation,
    s.operation,
    LEFT(s.operation, 2) AS operation_chapter,
    s.level,
    CASE
        WHEN s.med_type LIKE '28%' THEN 'DAY_SURGERY'
        WHEN s.med_type LIKE '2105%' THEN 'BED_DAY'
        WHEN s.med_type LIKE '24%' THEN 'EMERGENCY'
        ELSE 'ORDINARY'
    END AS stay_kind,
    s.department,
    s.insutype,
    s.scope,
    s.sex,
    s.age,
    COALESCE(c.n, 0) AS n_secondary,
    s.los_days,
    s.n_items,
    s.n_tests,
    s.n_drugs,
    s.cost_fen,
    LN(s.cost_fen / 100.0) AS log_cost,
    s.western_fen,
    s.patent_fen,
    s.herbal_fen,
    s.material_fen,
    s.laboratory_fen,
    s.examination_fen,
    s.treatment_fen,
    s.surgery_fen,
    s.nursing_fen,
    s.bed_fen,
    s.consultation_fen,
    s.other_fen
FROM stay AS s
LEFT JOIN secondary AS c ON s.mdtrt_id = c.mdtrt_id
