-- The view mart.fee_line, in the columns of sql/schema/mart/fee_line.sql: fee lines that count.
-- A line that another line of the same settlement reverses in full is left out together with that line; a partial
-- reversal leaves both, since only their sum is right.
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
    l.medins_list_codg,
    l.medins_list_name,
    l.med_chrgitm_type,
    l.rx_drord_no,
    l.bilg_dept_codg,
    l.bilg_dr_codg,
    l.prd_days,
    l.lmt_used_flag,
    l.hosp_appr_flag,
    l.crte_time,
    l.rxno,
    l.rx_circ_flag,
    l.chrg_bchno,
    l.spec,
    l.sin_dos_dscr,
    l.used_frqu_dscr,
    l.medc_way_dscr,
    l.tcmdrug_used_way,
    l.etip_flag,
    l.dscg_tkdrug_flag,
    l.matn_fee_flag,
    l.hi_nego_drug_flag,
    l.orders_dr_code,
    l.acord_dept_codg
FROM settled.fee_list_d AS l
INNER JOIN mart.settlement AS s ON l.setl_id = s.setl_id
WHERE
    s.counts
    AND l.vali_flag = '1'
    AND NOT EXISTS (
        SELECT 1
        FROM mart.reversed_line AS r
        WHERE r.bkkp_sn = l.bkkp_sn
    )
