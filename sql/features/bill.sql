-- What models of institutions, doctors, persons and rings know of a settlement, in the columns of
-- sql/schema/profile/bill.sql: one row per settlement that counts and has lines.
--
-- Key: setl_id. `subject` (column setl_id) is the scope; the library supplies it. Nothing here looks at another
-- settlement or at a later row. Amounts are integer fen; a missing code is null.
WITH item AS (
    SELECT
        l.setl_id,
        l.hilist_code,
        l.med_chrgitm_type,
        COALESCE(l.bilg_dr_codg, l.orders_dr_code) AS doctor,
        COUNT(*) AS n_lines,
        SUM(l.det_item_fee_sumamt) AS amount
    FROM mart.fee_line AS l
    WHERE l.setl_id IN (SELECT subject.setl_id FROM subject)
    GROUP BY ALL
),

amount AS (
    SELECT
        i.setl_id,
        SUM(i.n_lines) AS n_lines,
        COUNT(DISTINCT i.hilist_code) AS n_items,
        COALESCE(SUM(i.n_lines) FILTER (WHERE i.med_chrgitm_type IN ('03', '04')), 0) AS n_tests,
        COUNT(DISTINCT i.hilist_code) FILTER (WHERE i.med_chrgitm_type IN ('09', '10', '11')) AS n_drugs,
        SUM(i.amount) FILTER (WHERE i.med_chrgitm_type = '09') AS western,
        SUM(i.amount) FILTER (WHERE i.med_chrgitm_type = '11') AS patent,
        SUM(i.amount) FILTER (WHERE i.med_chrgitm_type = '10') AS herbal,
        SUM(i.amount) FILTER (WHERE i.med_chrgitm_type = '08') AS material,
        SUM(i.amount) FILTER (WHERE i.med_chrgitm_type = '04') AS laboratory,
        SUM(i.amount) FILTER (WHERE i.med_chrgitm_type = '03') AS examination,
        SUM(i.amount) FILTER (WHERE i.med_chrgitm_type IN ('05', '12')) AS treatment,
        SUM(i.amount) FILTER (WHERE i.med_chrgitm_type = '06') AS surgery,
        SUM(i.amount) FILTER (WHERE i.med_chrgitm_type = '07') AS nursing,
        SUM(i.amount) FILTER (WHERE i.med_chrgitm_type = '01') AS bed,
        SUM(i.amount) FILTER (WHERE i.med_chrgitm_type = '02') AS consultation,
        SUM(i.amount) AS total
    FROM item AS i
    GROUP BY i.setl_id
),

by_doctor AS (
    SELECT
        i.setl_id,
        i.doctor,
        SUM(i.amount) AS amount
    FROM item AS i
    WHERE i.doctor IS NOT NULL
    GROUP BY i.setl_id, i.doctor
),

doctor AS (
    SELECT
        d.setl_id,
        COUNT(*) AS n_doctors,
        -- The code decides between equal amounts, so that the order of rows does not.
        ARG_MAX(d.doctor, {'amount': d.amount, 'code': d.doctor}) AS doctor
    FROM by_doctor AS d
    GROUP BY d.setl_id
)

SELECT
    s.setl_id,
    s.mdtrt_id,
    s.setl_date,
    STRFTIME(s.setl_date, '%Y-%m') AS setl_month,
    s.setl_time AS settled_at,
    s.begndate,
    s.enddate,
    s.los_days,
    s.person,
    s.gend AS sex,
    s.age_years AS age,
    s.insutype,
    s.insu_admdvs,
    s.insu_pool,
    s.fixmedins_code,
    s.fixmedins_type,
    CASE
        WHEN s.fixmedins_type = '2' THEN 'DRUGSTORE'
        WHEN s.hosp_lv IN ('01', '02', '03', '04') THEN 'TERTIARY'
        WHEN s.hosp_lv IN ('05', '06', '07') THEN 'SECONDARY'
        WHEN s.hosp_lv IN ('08', '09', '10') THEN 'PRIMARY'
        ELSE 'UNGRADED'
    END AS level,
    s.treating_agency,
    s.treat_pool,
    s.scope,
    s.care,
    s.med_type,
    s.icd3,
    -- ICD-10 chapters: D and H each hold two, A and B are one, as are S and T.
    CASE
        WHEN s.icd3 >= 'A' AND s.icd3 < 'C' THEN 'A'
        WHEN s.icd3 >= 'C' AND s.icd3 < 'D5' THEN 'C'
        WHEN s.icd3 >= 'H6' AND s.icd3 < 'I' THEN 'H6'
        WHEN s.icd3 >= 'S' AND s.icd3 < 'U' THEN 'S'
        ELSE LEFT(s.icd3, 1)
    END AS chapter,
    LEFT(s.main_oprn_code, 4) AS operation,
    COALESCE(s.dscg_dept, s.adm_dept) AS department,
    d.doctor,
    COALESCE(d.n_doctors, 0) AS n_doctors,
    a.n_lines,
    a.n_items,
    a.n_tests,
    a.n_drugs,
    CAST(s.medfee_sumamt * 100 AS BIGINT) AS cost_fen,
    CAST(s.fund_pay_sumamt * 100 AS BIGINT) AS fund_fen,
    CAST(s.cash_payamt * 100 AS BIGINT) AS cash_fen,
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
FROM mart.settlement AS s
INNER JOIN amount AS a ON s.setl_id = a.setl_id
LEFT JOIN doctor AS d ON s.setl_id = d.setl_id
WHERE s.counts
