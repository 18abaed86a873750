-- The view mart.fee_line. Columns: sql/schema/mart/fee_line.sql.
SELECT
    l.bkkp_sn,
    l.feedetl_sn,
    l.setl_id,
    s.mdtrt_id,
    s.person,
    s.fixmedins_code,
    l.fee_ocur_time,
    CAST(l.fee_ocur_time AS DATE) AS fee_date,
    l.cnt,
    l.pric,
    l.det_item_fee_sumamt,
    l.fulamt_ownpay_amt,
    l.overlmt_selfpay,
    l.preselfpay_amt,
    l.inscp_amt,
    l.chrgitm_lv,
    l.hilist_code,
    l.hilist_name,
    l.list_type,
    l.med_chrgitm_type,
    l.rx_drord_no,
    l.bilg_dept_codg,
    l.bilg_dr_codg,
    l.prd_days,
    l.lmt_used_flag,
    l.hosp_appr_flag,
    l.crte_time
FROM settled.fee_list_d AS l
INNER JOIN mart.settlement AS s ON l.setl_id = s.setl_id
WHERE
    s.counts
    AND l.vali_flag = '1'
    -- Few lines are reversals, so the pairs are found from their side.
    AND (l.init_feedetl_sn IS NULL)
    AND NOT EXISTS (
        SELECT 1
        FROM settled.fee_list_d AS r
        WHERE
            r.init_feedetl_sn IS NOT NULL
            AND r.vali_flag = '1'
            AND r.mdtrt_id = l.mdtrt_id
            AND r.init_feedetl_sn = l.feedetl_sn
    )
