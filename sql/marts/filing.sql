-- The view mart.filing. Columns: sql/schema/mart/filing.sql. Code lists: data standard, filing reasons and review states.
WITH
persons AS (
    SELECT
        p.psn_no,
        p.certno_hash
    FROM settled.psn_b AS p
),

filings AS (
    SELECT
        a.trt_dcla_detl_sn AS filing_id,
        a.psn_no,
        a.insu_admdvs,
        COALESCE(a.rloc_admdvs, '') AS filed_region,
        CASE
            WHEN a.rloc_rea = '4' THEN 'LONG_RETIREE'
            WHEN a.rloc_rea IN ('2', '3', '6') THEN 'LONG_STATIONED'
            ELSE 'LONG_RESIDENT'
        END AS filing_type,
        a.begndate,
        a.enddate,
        a.crte_time,
        a.vali_flag,
        a.rchk_flag,
        a.out_fil_upld_stas
    FROM settled.out_appy_d AS a
    UNION ALL
    SELECT
        r.evtsn AS filing_id,
        r.psn_no,
        r.insu_admdvs,
        COALESCE(r.mdtrtarea_admdvs, '') AS filed_region,
        CASE r.refl_fil_type
            WHEN '2' THEN 'EMERGENCY'
            WHEN '3' THEN 'TEMPORARY_OTHER'
            ELSE 'REFERRAL'
        END AS filing_type,
        r.begndate,
        r.enddate,
        r.crte_time,
        r.vali_flag,
        r.rchk_flag,
        r.out_fil_upld_stas
    FROM settled.refl_appy_d AS r
)

SELECT
    f.filing_id,
    COALESCE(p.certno_hash, f.psn_no) AS person,
    f.psn_no,
    f.insu_admdvs,
    f.filed_region,
    f.filing_type,
    f.begndate AS valid_from,
    COALESCE(CAST(f.enddate + INTERVAL 1 DAY AS DATE), DATE '9999-12-31') AS valid_until,
    f.crte_time AS applied_at,
    f.vali_flag = '1'
    AND COALESCE(f.rchk_flag, '0') IN ('0', '1', '5', '7', '9')
    AND f.out_fil_upld_stas = '1' AS is_effective
FROM filings AS f
LEFT JOIN persons AS p ON f.psn_no = p.psn_no
