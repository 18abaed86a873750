-- The view mart.filing, in the columns of sql/schema/mart/filing.sql: filings of both kinds in one shape.
-- The national lists of reasons and kinds are mapped here; a province with its own lists changes its own copy.
WITH person AS (
    SELECT
        psn_no,
        certno_hash
    FROM settled.psn_b
)

SELECT
    f.trt_dcla_detl_sn AS filing_id,
    COALESCE(p.certno_hash, f.psn_no) AS person,
    f.psn_no,
    f.insu_admdvs,
    COALESCE(f.rloc_admdvs, '') AS filed_region,
    CASE
        WHEN f.rloc_rea = '4' THEN 'LONG_RETIREE'
        WHEN f.rloc_rea IN ('2', '3', '6') THEN 'LONG_STATIONED'
        ELSE 'LONG_RESIDENT'
    END AS filing_type,
    f.begndate AS valid_from,
    COALESCE(CAST(LEAST(f.enddate, DATE '9999-12-30') + 1 AS DATE), DATE '9999-12-31') AS valid_until,
    f.crte_time AS applied_at,
    f.rloc_admdvs IS NOT NULL AND f.vali_flag = '1' AS is_valid,
    COALESCE(f.rchk_flag, '0') IN ('0', '1', '5', '7', '9') AS is_approved,
    f.out_fil_upld_stas = '1' AS is_uploaded,
    is_valid AND is_uploaded AND is_approved AS is_effective,
    f.rchk_flag AS review_state,
    CAST(NULL AS INTEGER) AS max_uses,
    f.trafout_fixmedins_code AS referred_from,
    CAST(NULL AS VARCHAR) AS referred_to,
    CAST(NULL AS VARCHAR) AS diag_code,
    'out_appy_d' AS source_table
FROM settled.out_appy_d AS f
LEFT JOIN person AS p ON f.psn_no = p.psn_no
UNION ALL
SELECT
    f.evtsn AS filing_id,
    COALESCE(p.certno_hash, f.psn_no) AS person,
    f.psn_no,
    f.insu_admdvs,
    COALESCE(f.mdtrtarea_admdvs, '') AS filed_region,
    CASE f.refl_fil_type
        WHEN '1' THEN 'REFERRAL'
        WHEN '2' THEN 'EMERGENCY'
        ELSE 'TEMPORARY_OTHER'
    END AS filing_type,
    f.begndate AS valid_from,
    COALESCE(CAST(LEAST(f.enddate, DATE '9999-12-30') + 1 AS DATE), DATE '9999-12-31') AS valid_until,
    f.crte_time AS applied_at,
    f.mdtrtarea_admdvs IS NOT NULL AND f.vali_flag = '1' AS is_valid,
    COALESCE(f.rchk_flag, '0') IN ('0', '1', '5', '7', '9') AS is_approved,
    f.out_fil_upld_stas = '1' AS is_uploaded,
    is_valid AND is_uploaded AND is_approved AS is_effective,
    f.rchk_flag AS review_state,
    f.allo_setl_cnt AS max_uses,
    f.fixmedins_code AS referred_from,
    f.reflin_medins_no AS referred_to,
    f.diag_code,
    'refl_appy_d' AS source_table
FROM settled.refl_appy_d AS f
LEFT JOIN person AS p ON f.psn_no = p.psn_no
