-- What is known of an inpatient stay from the stay itself: one row per settlement that counts and has lines.
--
-- Key: setl_id. `subject` (column setl_id) is the scope; the library supplies it, so a night reads only the stays that
-- it touched. Nothing here looks at another settlement or at a later row, so a stay has the same features on every night
-- and in every batch. Amounts are integer fen; a missing code is null. `los_days` is context: length of stay is decided
-- by the same institution whose cost is judged, so no model of cost may use it.
WITH amount AS (
    SELECT
        l.setl_id,
        SUM(l.det_item_fee_sumamt) FILTER (WHERE l.med_chrgitm_type = '09') AS western,
        SUM(l.det_item_fee_sumamt) FILTER (WHERE l.med_chrgitm_type = '11') AS patent,
        SUM(l.det_item_fee_sumamt) FILTER (WHERE l.med_chrgitm_type = '10') AS herbal,
        SUM(l.det_item_fee_sumamt) FILTER (WHERE l.med_chrgitm_type = '08') AS material,
        SUM(l.det_item_fee_sumamt) FILTER (WHERE l.med_chrgitm_type = '04') AS laboratory,
        SUM(l.det_item_fee_sumamt) FILTER (WHERE l.med_chrgitm_type = '03') AS examination,
        SUM(l.det_item_fee_sumamt) FILTER (WHERE l.med_chrgitm_type IN ('05', '12')) AS treatment,
        SUM(l.det_item_fee_sumamt) FILTER (WHERE l.med_chrgitm_type = '06') AS surgery,
        SUM(l.det_item_fee_sumamt) FILTER (WHERE l.med_chrgitm_type = '07') AS nursing,
        SUM(l.det_item_fee_sumamt) FILTER (WHERE l.med_chrgitm_type = '01') AS bed,
        SUM(l.det_item_fee_sumamt) FILTER (WHERE l.med_chrgitm_type = '02') AS consultation,
        SUM(l.det_item_fee_sumamt) AS total
    FROM mart.fee_line AS l
    WHERE l.setl_id IN (SELECT subject.setl_id FROM subject)
    GROUP BY l.setl_id
),

stay AS (
    SELECT s.*
    FROM mart.settlement AS s
    WHERE
        s.setl_id IN (SELECT subject.setl_id FROM subject)
        AND s.counts AND s.care = 'IPT' AND s.medfee_sumamt > 0
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
    s.los_days,
    s.icd3,
    -- ICD-10 chapters: D and H each hold two, A and B are one, as are S and T.
    CASE
        WHEN s.icd3 >= 'A' AND s.icd3 < 'C' THEN 'A'
        WHEN s.icd3 >= 'C' AND s.icd3 < 'D5' THEN 'C'
        WHEN s.icd3 >= 'H6' AND s.icd3 < 'I' THEN 'H6'
        WHEN s.icd3 >= 'S' AND s.icd3 < 'U' THEN 'S'
        ELSE LEFT(s.icd3, 1)
    END AS chapter,
    CASE WHEN s.main_oprn_code IS NULL THEN 'NO' ELSE 'YES' END AS has_operation,
    LEFT(s.main_oprn_code, 4) AS operation,
    LEFT(s.main_oprn_code, 2) AS operation_chapter,
    CASE
        WHEN s.hosp_lv IN ('01', '02', '03', '04') THEN 'TERTIARY'
        WHEN s.hosp_lv IN ('05', '06', '07') THEN 'SECONDARY'
        WHEN s.hosp_lv IN ('08', '09', '10') THEN 'PRIMARY'
        ELSE 'UNGRADED'
    END AS level,
    CASE
        WHEN s.med_type LIKE '28%' THEN 'DAY_SURGERY'
        WHEN s.med_type LIKE '2105%' THEN 'BED_DAY'
        WHEN s.med_type LIKE '24%' THEN 'EMERGENCY'
        ELSE 'ORDINARY'
    END AS stay_kind,
    COALESCE(s.dscg_dept, s.adm_dept) AS department,
    s.insutype,
    s.scope,
    s.gend AS sex,
    s.age_years AS age,
    COALESCE(c.n, 0) AS n_secondary,
    CAST(s.medfee_sumamt * 100 AS BIGINT) AS cost_fen,
    LN(CAST(s.medfee_sumamt AS DOUBLE)) AS log_cost,
    CAST(COALESCE(a.western, 0) * 100 AS BIGINT) AS western_fen,
    CAST(COALESCE(a.patent, 0) * 100 AS BIGINT) AS patent_fen,
    CAST(COALESCE(a.herbal, 0) * 100 AS BIGINT) AS herbal_fen,
    CAST(COALESCE(a.material, 0) * 100 AS BIGINT) AS material_fen,
    CAST(COALESCE(a.laboratory, 0) * 100 AS BIGINT) AS laboratory_fen,
    CAST(COALESCE(a.examination, 0) * 100 AS BIGINT) AS examination_fen,
    CAST(COALESCE(a.treatment, 0) * 100 AS BIGINT) AS treatment_fen,
    CAST(COALESCE(a.surgery, 0) * 100 AS BIGINT) AS surgery_fen,
    CAST(COALESCE(a.nursing, 0) * 100 AS BIGINT) AS nursing_fen,
    CAST(COALESCE(a.bed, 0) * 100 AS BIGINT) AS bed_fen,
    CAST(COALESCE(a.consultation, 0) * 100 AS BIGINT) AS consultation_fen,
    -- Registration and what the national list calls other.
    CAST((a.total - COALESCE(a.western, 0) - COALESCE(a.patent, 0) - COALESCE(a.herbal, 0) - COALESCE(a.material, 0)
        - COALESCE(a.laboratory, 0) - COALESCE(a.examination, 0) - COALESCE(a.treatment, 0) - COALESCE(a.surgery, 0)
        - COALESCE(a.nursing, 0) - COALESCE(a.bed, 0) - COALESCE(a.consultation, 0)) * 100 AS BIGINT) AS other_fen
FROM stay AS s
INNER JOIN amount AS a ON s.setl_id = a.setl_id
LEFT JOIN secondary AS c ON s.mdtrt_id = c.mdtrt_id
