-- fee_list_d: 费用明细 fee line
-- mode: delta
-- key: bkkp_sn
-- control: det_item_fee_sumamt, inscp_amt
CREATE TABLE fee_list_d (
    bkkp_sn VARCHAR NOT NULL, -- 记账流水号 book-keeping serial {required}
    feedetl_sn VARCHAR NOT NULL, -- 费用明细流水号 the institution's line serial {required}
    init_feedetl_sn VARCHAR, -- 原费用流水号 line that this one reverses
    mdtrt_id VARCHAR NOT NULL, -- 就诊编号 visit id {required}
    setl_id VARCHAR, -- 结算编号 settlement id, null while unsettled {required}
    psn_no VARCHAR NOT NULL, -- 人员编号 person number {required}
    fixmedins_code VARCHAR NOT NULL, -- 定点医药机构代码 institution {required, format: institution, severity: warn}
    med_type VARCHAR, -- 医疗类别 care type {prefix: med_type, severity: warn}
    chrg_bchno VARCHAR, -- 收费批次号 charge batch
    rx_drord_no VARCHAR, -- 处方或医嘱号 prescription or order number
    rxno VARCHAR, -- 外购处方号 external prescription number
    rx_circ_flag VARCHAR, -- 处方流转标志 prescription circulated {codes: yes_no, severity: warn}
    fee_ocur_time TIMESTAMP NOT NULL, -- 费用发生时间 time of charge {required, range: 1900-01-01..2100-12-31}
    cnt DECIMAL(16, 4) NOT NULL, -- 数量 quantity, negative in reversals {required}
    pric DECIMAL(16, 6) NOT NULL, -- 单价 unit price {required}
    det_item_fee_sumamt DECIMAL(16, 2) NOT NULL, -- 明细项目费用总额 line amount {required}
    pric_uplmt_amt DECIMAL(16, 6), -- 定价上限金额 ceiling used, 999999 = none
    selfpay_prop DECIMAL(5, 4), -- 自付比例 pre-self-pay ratio {range: 0..1, severity: warn}
    fulamt_ownpay_amt DECIMAL(16, 2) NOT NULL, -- 全自费金额 full self-pay {required}
    overlmt_selfpay DECIMAL(16, 2) NOT NULL, -- 超限价自费 above the price limit {required}
    preselfpay_amt DECIMAL(16, 2) NOT NULL, -- 先行自付 pre-self-pay {required}
    inscp_amt DECIMAL(16, 2) NOT NULL, -- 符合范围金额 in policy scope {required}
    chrgitm_lv VARCHAR NOT NULL, -- 收费项目等级 item class {required, codes: chrgitm_lv}
    hilist_code VARCHAR NOT NULL, -- 医保目录编码 insurance catalogue code {required, format: hilist_code, severity: warn}
    hilist_name VARCHAR NOT NULL, -- 医保目录名称 insurance catalogue name {required}
    list_type VARCHAR NOT NULL, -- 目录类别 catalogue type {required, codes: list_type}
    med_list_codg VARCHAR, -- 医疗目录编码 medical catalogue code
    medins_list_codg VARCHAR, -- 机构目录编码 the institution's own code
    medins_list_name VARCHAR, -- 机构目录名称 the institution's own name
    med_chrgitm_type VARCHAR NOT NULL, -- 医疗收费项目类别 charge category {required, codes: med_chrgitm_type, severity: warn}
    spec VARCHAR, -- 规格 specification
    dosform_name VARCHAR, -- 剂型 dosage form
    sin_dos_dscr VARCHAR, -- 单次剂量 single dose
    used_frqu_dscr VARCHAR, -- 使用频次 frequency
    prd_days DECIMAL(6, 2), -- 周期天数 days of supply {range: 0..3660, severity: warn}
    medc_way_dscr VARCHAR, -- 用药途径 route
    bilg_dept_codg VARCHAR, -- 开单科室编码 ordering department
    bilg_dept_name VARCHAR, -- 开单科室名称 name of the ordering department
    bilg_dr_codg VARCHAR, -- 开单医生编码 ordering doctor
    acord_dept_codg VARCHAR, -- 受单科室编码 executing department
    orders_dr_code VARCHAR, -- 受单医生编码 executing doctor
    lmt_used_flag VARCHAR, -- 限制使用标志 restricted use {codes: yes_no, severity: warn}
    hosp_appr_flag VARCHAR, -- 医院审批标志 hospital approval {codes: hosp_appr_flag, severity: warn}
    tcmdrug_used_way VARCHAR, -- 中药使用方式 1 compound, 2 single {codes: tcmdrug_used_way, severity: warn}
    etip_flag VARCHAR, -- 外检标志 external test {codes: yes_no, severity: warn}
    dscg_tkdrug_flag VARCHAR, -- 出院带药标志 discharge drug {codes: yes_no, severity: warn}
    matn_fee_flag VARCHAR, -- 生育费用标志 maternity fee {codes: yes_no, severity: warn}
    hi_nego_drug_flag VARCHAR, -- 谈判药标志 negotiated drug {codes: yes_no, severity: warn}
    crte_time TIMESTAMP NOT NULL, -- 创建时间 uploaded {required, range: 1900-01-01..2100-12-31}
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    updt_time TIMESTAMP NOT NULL, -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
    CONSTRAINT i1_price CHECK (ABS(det_item_fee_sumamt - ROUND(cnt * pric, 2)) <= GREATEST(0.01, 0.005 * ABS(cnt))), -- {severity: warn} I1 明细金额等于数量乘单价 amount = quantity x price
    CONSTRAINT i2_split CHECK (ABS(det_item_fee_sumamt - fulamt_ownpay_amt - overlmt_selfpay - preselfpay_amt - inscp_amt) <= 0.01), -- {severity: warn} I2 明细金额等于四项拆分之和 amount = full self-pay + above limit + pre-self-pay + in scope
    CONSTRAINT quantity_not_zero CHECK (cnt <> 0) -- {severity: warn} 数量不为零 a line has a quantity
);
