-- opsp_reg_d: 门诊慢特病登记 registration of a chronic or special disease
-- mode: delta
-- key: psn_no, opsp_dise_code, begndate
CREATE TABLE opsp_reg_d (
    psn_no VARCHAR NOT NULL, -- 人员编号 person number {required}
    opsp_dise_code VARCHAR NOT NULL, -- 门慢门特病种编码 disease {required, format: opsp_disease, severity: warn}
    opsp_dise_name VARCHAR, -- 门慢门特病种名称 its name
    begndate DATE NOT NULL, -- 开始日期 begins {required, range: 1900-01-01..2100-12-31}
    enddate DATE, -- 结束日期 ends, null = open {required}
    insutype VARCHAR, -- 险种 insurance type {codes: insutype, severity: warn}
    insu_admdvs VARCHAR, -- 参保地 insured region {format: region, severity: warn}
    certno VARCHAR, -- 证件号码 certificate number {identifier: hash}
    psn_name VARCHAR, -- 姓名 name {identifier: hash}
    tel VARCHAR, -- 电话 telephone {identifier: drop}
    addr VARCHAR, -- 地址 address {identifier: drop}
    dise_type_code VARCHAR, -- 病种类型 chronic, special, by disease … {codes: dise_type_code, severity: warn}
    ide_fixmedins_no VARCHAR, -- 鉴定机构 certifying institution
    hosp_ide_date DATE, -- 鉴定日期 certified {range: 1900-01-01..2100-12-31, severity: warn}
    diag_dr_code VARCHAR, -- 诊断医生编码 doctor
    appy_date DATE, -- 申请日期 applied {range: 1900-01-01..2100-12-31, severity: warn}
    rchk_flag VARCHAR, -- 复核标志 review {required, codes: rchk_flag}
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    updt_time TIMESTAMP NOT NULL, -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
    CONSTRAINT registration_order CHECK (begndate <= enddate) -- 登记期间起不晚于止 a registration cannot end before it begins
);
