-- psn_b: 人员基本信息 person
-- mode: snapshot
-- key: psn_no
CREATE TABLE psn_b (
    psn_no VARCHAR NOT NULL, -- 人员编号 person number {required}
    gend VARCHAR, -- 性别 sex {required, codes: gend}
    brdy DATE, -- 出生日期 birth date {required, range: 1900-01-01..2100-12-31}
    psn_cert_type VARCHAR, -- 证件类型 certificate type {codes: psn_cert_type, severity: warn}
    certno VARCHAR, -- 证件号码 certificate number {required, identifier: hash}
    psn_name VARCHAR, -- 姓名 name {identifier: hash}
    tel VARCHAR, -- 电话 telephone {identifier: drop}
    addr VARCHAR, -- 地址 address {identifier: drop}
    live_addr VARCHAR, -- 居住地址 home address {identifier: hash}
    live_admdvs VARCHAR, -- 居住地 region of residence {format: region, severity: warn}
    resd_loc_admdvs VARCHAR, -- 户口所在地 region of household {format: region, severity: warn}
    hsecfc VARCHAR, -- 医保电子凭证标识 electronic credential {identifier: hash}
    retr_type VARCHAR, -- 离退休类型 retirement
    surv_stas VARCHAR NOT NULL, -- 生存状态 alive or not {required, codes: surv_stas, severity: warn}
    die_date DATE, -- 死亡日期 date of death {range: 1900-01-01..2100-12-31, severity: warn}
    vali_flag VARCHAR NOT NULL -- 有效标志 valid {required, codes: vali_flag}
);
