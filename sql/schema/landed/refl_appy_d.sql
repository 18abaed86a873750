-- refl_appy_d: 转院转诊申请 referral
-- mode: delta
-- key: evtsn
CREATE TABLE refl_appy_d (
    evtsn VARCHAR NOT NULL, -- 事件流水号 event serial {required}
    insutype VARCHAR, -- 险种 insurance type {codes: insutype, severity: warn}
    psn_no VARCHAR NOT NULL, -- 人员编号 person number {required}
    psn_cert_type VARCHAR, -- 证件类型 certificate type {codes: psn_cert_type, severity: warn}
    certno VARCHAR, -- 证件号码 certificate number {identifier: hash}
    psn_name VARCHAR, -- 姓名 name {identifier: hash}
    tel VARCHAR, -- 电话 telephone {identifier: drop}
    addr VARCHAR, -- 地址 address {identifier: drop}
    insu_admdvs VARCHAR NOT NULL, -- 参保地 insured region {required, format: region}
    fixmedins_code VARCHAR, -- 转出机构 referring institution {required, format: institution, severity: warn}
    fixmedins_name VARCHAR, -- 转出机构名称 its name
    hosp_lv VARCHAR, -- 医院等级 its grade {codes: hosp_lv, severity: warn}
    fix_blng_admdvs VARCHAR, -- 定点归属地 region of its agreement {format: region, severity: warn}
    diag_code VARCHAR, -- 诊断代码 diagnosis {format: diagnosis, severity: warn}
    allo_setl_cnt INTEGER, -- 允许结算次数 settlements allowed
    diag_name VARCHAR, -- 诊断名称 its name
    reflin_medins_no VARCHAR, -- 转入机构 target institution {required, format: institution, severity: warn}
    reflin_medins_name VARCHAR, -- 转入机构名称 its name
    mdtrtarea_admdvs VARCHAR, -- 就医地 treating region {required, format: region}
    out_flag VARCHAR, -- 异地标志 outside the region {codes: yes_no, severity: warn}
    refl_date DATE, -- 转院日期 date of referral {required, range: 1900-01-01..2100-12-31}
    refl_rea VARCHAR, -- 转院原因 reason
    refl_opnn VARCHAR, -- 转院意见 opinion
    hosp_agre_refl_flag VARCHAR, -- 医院同意转院标志 hospital agrees {codes: yes_no, severity: warn}
    refl_fil_type VARCHAR, -- 转院备案类型 kind of filing {required, codes: refl_fil_type, severity: warn}
    begndate DATE NOT NULL, -- 开始日期 begins {required, range: 1900-01-01..2100-12-31}
    enddate DATE, -- 结束日期 ends {required}
    out_fil_upld_stas VARCHAR NOT NULL, -- 异地备案上报状态 uploaded {required, codes: yes_no}
    rchk_flag VARCHAR, -- 复核标志 review {required, codes: rchk_flag}
    mdtrt_id VARCHAR, -- 就诊编号 visit
    setl_id VARCHAR, -- 结算编号 settlement
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    crte_time TIMESTAMP NOT NULL, -- 创建时间 created {required, range: 1900-01-01..2100-12-31}
    updt_time TIMESTAMP NOT NULL, -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
    CONSTRAINT filing_order CHECK (begndate <= enddate) -- 备案期间起不晚于止 a filing cannot end before it begins
);
