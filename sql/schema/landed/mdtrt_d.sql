-- mdtrt_d: 就诊信息 visit
-- mode: delta
-- key: mdtrt_id
CREATE TABLE mdtrt_d (
    mdtrt_id VARCHAR NOT NULL, -- 就诊编号 visit id {required}
    medins_setl_id VARCHAR, -- 医药机构结算编号 the institution's own settlement id
    psn_no VARCHAR NOT NULL, -- 人员编号 person number {required}
    psn_name VARCHAR, -- 姓名 name {identifier: hash}
    certno VARCHAR, -- 证件号码 certificate number {identifier: hash}
    coner_name VARCHAR, -- 联系人 contact {identifier: drop}
    tel VARCHAR, -- 电话 telephone {identifier: drop}
    addr VARCHAR, -- 地址 address {identifier: drop}
    insutype VARCHAR, -- 险种 insurance type {codes: insutype, severity: warn}
    fixmedins_code VARCHAR NOT NULL, -- 定点医药机构代码 institution {required, format: institution, severity: warn}
    begntime TIMESTAMP NOT NULL, -- 开始时间 visit begins {required, range: 1900-01-01..2100-12-31}
    endtime TIMESTAMP, -- 结束时间 visit ends {required, range: 1900-01-01..2100-12-31}
    med_type VARCHAR NOT NULL, -- 医疗类别 care type {required, prefix: med_type, severity: warn}
    rloc_type VARCHAR, -- 异地安置类别 remote-residence class
    pre_pay_flag VARCHAR, -- 先行支付标志 paid first {codes: yes_no, severity: warn}
    refl_old_mdtrt_id VARCHAR, -- 转诊前就诊编号 visit before the transfer
    ipt_otp_no VARCHAR, -- 住院/门诊号 inpatient or outpatient number
    medrcdno VARCHAR, -- 病历号 record number
    chfpdr_code VARCHAR, -- 主诊医师编码 attending doctor
    adm_diag_dscr VARCHAR, -- 入院诊断描述 admission diagnosis in words
    adm_dept_codg VARCHAR, -- 入院科室编码 admission department
    adm_dept_name VARCHAR, -- 入院科室名称 name of the admission department
    adm_bed VARCHAR, -- 入院床位 admission bed
    wardarea_bed VARCHAR, -- 病区床位 ward bed, free text
    dscg_maindiag_code VARCHAR, -- 出院主诊断编码 main diagnosis at discharge
    dscg_maindiag_name VARCHAR, -- 出院主诊断名称 its name
    dscg_dept_codg VARCHAR, -- 出院科室编码 discharge department
    dscg_dept_name VARCHAR, -- 出院科室名称 name of the discharge department
    dscg_way VARCHAR, -- 离院方式 way of discharge {codes: dscg_way, severity: warn}
    main_cond_dscr VARCHAR, -- 主要病情 condition in words
    dise_no VARCHAR, -- 病种编号 disease
    oprn_oprt_code VARCHAR, -- 手术操作代码 operation
    inhosp_stas VARCHAR, -- 在院状态 in hospital {codes: yes_no, severity: warn}
    die_date DATE, -- 死亡日期 date of death {range: 1900-01-01..2100-12-31, severity: warn}
    ipt_days DECIMAL(8, 2), -- 住院天数 days, unreliable
    ttp_pay_flag VARCHAR, -- 第三方支付标志 third party pays {codes: yes_no, severity: warn}
    ttp_pay_prop DECIMAL(5, 4), -- 第三方支付比例 its share {range: 0..1, severity: warn}
    mdtrt_mode VARCHAR, -- 就诊方式 1 face to face, 2 internet
    adm_way VARCHAR, -- 入院途径 1 emergency, 2 clinic, 3 transfer, 9 other
    matn_type VARCHAR, -- 生育类别 kind of maternity care
    geso_val DECIMAL(4, 1), -- 孕周数 week of pregnancy {range: 0..50, severity: warn}
    ars_year_ipt_flag VARCHAR, -- 跨年度住院标志 stay across years {codes: yes_no, severity: warn}
    crte_time TIMESTAMP, -- 创建时间 registered {range: 1900-01-01..2100-12-31, severity: warn}
    trt_dcla_detl_sn VARCHAR, -- 待遇申报明细流水号 filing or registration
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    updt_time TIMESTAMP NOT NULL, -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
    CONSTRAINT visit_order CHECK (begntime <= endtime) -- 就诊开始不晚于结束 a visit cannot end before it begins
);
