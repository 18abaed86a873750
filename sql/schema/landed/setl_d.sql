-- setl_d: 结算主表 settlement header
-- mode: delta
-- key: setl_id
-- control: medfee_sumamt, fund_pay_sumamt
CREATE TABLE setl_d (
    setl_id VARCHAR NOT NULL, -- 结算编号 settlement id {required}
    mdtrt_id VARCHAR NOT NULL, -- 就诊编号 visit id {required}
    init_setl_id VARCHAR, -- 原结算编号 settlement that this one reverses {required}
    medins_setl_id VARCHAR, -- 医药机构结算编号 the institution's own settlement id
    clr_optins VARCHAR, -- 清算经办机构 clearing agency
    psn_no VARCHAR NOT NULL, -- 人员编号 person number {required}
    psn_insu_rlts_id VARCHAR, -- 参保关系编号 insurance-relation id
    psn_name VARCHAR, -- 姓名 name {identifier: hash}
    psn_cert_type VARCHAR, -- 证件类型 certificate type {codes: psn_cert_type, severity: warn}
    certno VARCHAR, -- 证件号码 certificate number {identifier: hash}
    gend VARCHAR, -- 性别 sex {required, codes: gend}
    brdy DATE, -- 出生日期 birth date {required, range: 1900-01-01..2100-12-31}
    age DECIMAL(4, 1), -- 年龄 age at settlement {range: 0..150, severity: warn}
    insutype VARCHAR NOT NULL, -- 险种 insurance type {required, codes: insutype}
    psn_type VARCHAR NOT NULL, -- 人员类别 person class {required, prefix: psn_type, severity: warn}
    cvlserv_flag VARCHAR, -- 公务员标志 civil servant {codes: yes_no, severity: warn}
    sp_psn_type VARCHAR, -- 特殊人员类型 special person, for assistance
    clct_grde VARCHAR, -- 缴费档次 contribution grade
    flxempe_flag VARCHAR, -- 灵活就业标志 flexible employment {codes: yes_no, severity: warn}
    nwb_flag VARCHAR, -- 新生儿标志 newborn {codes: yes_no, severity: warn}
    insu_admdvs VARCHAR NOT NULL, -- 参保地 insured region {required, format: region}
    pay_loc VARCHAR NOT NULL, -- 支付地点类别 place-of-payment class {required, codes: pay_loc}
    fixmedins_code VARCHAR NOT NULL, -- 定点医药机构代码 institution {required, format: institution, severity: warn}
    fixmedins_name VARCHAR, -- 定点医药机构名称 institution name
    hosp_lv VARCHAR, -- 医院等级 hospital grade {required, codes: hosp_lv}
    lmtpric_hosp_lv VARCHAR, -- 限价医院等级 price-limit level {codes: lmtpric_hosp_lv}
    dedc_hosp_lv VARCHAR, -- 起付线医院等级 deductible level {codes: dedc_hosp_lv}
    fix_blng_admdvs VARCHAR NOT NULL, -- 定点归属地 region that holds the institution's agreement {required, format: region}
    begndate DATE NOT NULL, -- 开始日期 care begins {required, range: 1900-01-01..2100-12-31}
    enddate DATE NOT NULL, -- 结束日期 care ends {required, range: 1900-01-01..2100-12-31}
    setl_time TIMESTAMP NOT NULL, -- 结算时间 settlement time {required, range: 1900-01-01..2100-12-31}
    mdtrt_cert_type VARCHAR, -- 就诊凭证类型 credential type {codes: mdtrt_cert_type, severity: warn}
    mdtrt_cert_no VARCHAR, -- 就诊凭证编号 credential number {identifier: hash}
    med_type VARCHAR NOT NULL, -- 医疗类别 care type {required, prefix: med_type, severity: warn}
    setl_type VARCHAR NOT NULL, -- 结算类别 settlement type {required, codes: setl_type}
    clr_type VARCHAR, -- 清算类别 clearing class {prefix: clr_type, severity: warn}
    clr_way VARCHAR, -- 清算方式 clearing method {codes: clr_way, severity: warn}
    psn_setlway VARCHAR, -- 个人结算方式 personal settlement method
    medfee_sumamt DECIMAL(16, 2) NOT NULL, -- 医疗费总额 total fee {required}
    fulamt_ownpay_amt DECIMAL(16, 2) NOT NULL, -- 全自费金额 full self-pay {required}
    overlmt_selfpay DECIMAL(16, 2) NOT NULL, -- 超限价自费 above the price limit {required}
    preselfpay_amt DECIMAL(16, 2) NOT NULL, -- 先行自付 pre-self-pay {required}
    inscp_amt DECIMAL(16, 2) NOT NULL, -- 符合范围金额 in policy scope {required}
    dedc_std DECIMAL(16, 2), -- 起付标准 deductible standard {range: 0..1000000, severity: warn}
    crt_dedc DECIMAL(16, 2), -- 本次起付线 deductible of this time {range: -1000000..1000000, severity: warn}
    act_pay_dedc DECIMAL(16, 2), -- 实际支付起付线 deductible actually paid {required}
    hifp_pay DECIMAL(16, 2) NOT NULL, -- 基本医疗统筹基金 basic pooled fund {required}
    pool_prop_selfpay DECIMAL(5, 4), -- 统筹基金支付比例 pooled-fund payment ratio, not money {range: 0..1, severity: warn}
    hi_agre_sumfee DECIMAL(16, 2), -- 医保认可费用 fee recognised by insurance
    cvlserv_pay DECIMAL(16, 2) NOT NULL, -- 公务员补助 civil-servant subsidy {required}
    hifes_pay DECIMAL(16, 2) NOT NULL, -- 企业补充 enterprise supplement {required}
    hifmi_pay DECIMAL(16, 2) NOT NULL, -- 居民大病 resident catastrophic {required}
    hifob_pay DECIMAL(16, 2) NOT NULL, -- 职工大额 employee large-amount {required}
    hifdm_pay DECIMAL(16, 2) NOT NULL, -- 伤残人员医疗保障 disabled-veteran fund {required}
    maf_pay DECIMAL(16, 2) NOT NULL, -- 医疗救助 medical assistance {required}
    othfund_pay DECIMAL(16, 2) NOT NULL, -- 其他基金 other funds {required}
    fund_pay_sumamt DECIMAL(16, 2) NOT NULL, -- 基金支付总额 fund total {required}
    psn_pay DECIMAL(16, 2) NOT NULL, -- 个人支付 personal total {required}
    acct_pay DECIMAL(16, 2) NOT NULL, -- 个人账户 own account {required}
    acct_mulaid_pay DECIMAL(16, 2), -- 账户共济 family mutual aid {required}
    cash_payamt DECIMAL(16, 2) NOT NULL, -- 现金 cash {required}
    ownpay_hosp_part DECIMAL(16, 2), -- 医院负担 borne by the hospital
    balc DECIMAL(16, 2), -- 余额 account balance after
    refd_setl_flag VARCHAR NOT NULL, -- 退费结算标志 reversal {required, codes: yes_no}
    mid_setl_flag VARCHAR, -- 中途结算标志 mid-stay settlement {codes: yes_no, severity: warn}
    acct_used_flag VARCHAR, -- 账户使用标志 account used {codes: yes_no, severity: warn}
    cal_ipt_cnt VARCHAR, -- 住院次数 nth admission used in the calculation {format: count, severity: warn}
    year VARCHAR NOT NULL, -- 年度 benefit year {required, format: year}
    dise_no VARCHAR, -- 病种编号 disease, chronic or by disease
    invono VARCHAR, -- 发票号 invoice number
    emp_no VARCHAR, -- 单位编号 employer
    dise_name VARCHAR, -- 病种名称 disease name
    opter_id VARCHAR, -- 经办人 operator at the till
    manl_reim_rea VARCHAR, -- 零星报销原因 reason of manual reimbursement
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    updt_time TIMESTAMP NOT NULL, -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
    CONSTRAINT stay_order CHECK (begndate <= enddate), -- I19 就诊开始不晚于结束 care cannot end before it begins
    CONSTRAINT born_before_care CHECK (brdy <= begndate), -- I19 出生日期不晚于就诊开始 nobody is treated before birth
    CONSTRAINT i3_scope CHECK (ABS(medfee_sumamt - fulamt_ownpay_amt - overlmt_selfpay - preselfpay_amt - inscp_amt) <= 0.05), -- {severity: warn} I3 总额等于四项拆分之和 total = full self-pay + above limit + pre-self-pay + in scope
    CONSTRAINT i5_funds CHECK (ABS(fund_pay_sumamt - hifp_pay - cvlserv_pay - hifes_pay - hifmi_pay - hifob_pay - hifdm_pay - maf_pay - othfund_pay) <= 0.01), -- {severity: warn} I5 基金支付总额等于各基金之和 fund total = sum of the funds
    CONSTRAINT i7_payers CHECK (ABS(medfee_sumamt - fund_pay_sumamt - psn_pay - COALESCE(ownpay_hosp_part, 0)) <= 0.01), -- {severity: warn} I7 总额等于基金、个人与机构负担之和 total = funds + person + hospital share
    CONSTRAINT i8_person CHECK (ABS(psn_pay - acct_pay - COALESCE(acct_mulaid_pay, 0) - cash_payamt) <= 0.01), -- {severity: warn} I8 个人负担等于账户、共济与现金之和 person = account + mutual aid + cash
    CONSTRAINT i19_settled_after_care CHECK (enddate <= CAST(setl_time AS DATE) + 1), -- {severity: warn} I19 结算不早于就诊结束（宽限一日） settled when care has ended, one day of slack
    CONSTRAINT reversal_names_original CHECK (refd_setl_flag <> '1' OR init_setl_id IS NOT NULL), -- {severity: warn} 冲销记录注明原结算 a reversal names what it reverses
    CONSTRAINT reversal_is_negative CHECK (refd_setl_flag <> '1' OR medfee_sumamt <= 0) -- {severity: warn} 冲销记录金额为负 a reversal carries negative money
);
