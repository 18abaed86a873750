-- out_appy_d: 异地就医备案 remote filing
-- mode: delta
-- key: trt_dcla_detl_sn
CREATE TABLE out_appy_d (
    trt_dcla_detl_sn VARCHAR NOT NULL, -- 待遇申报明细流水号 application serial {required}
    insutype VARCHAR, -- 险种 insurance type {codes: insutype, severity: warn}
    dcla_souc VARCHAR, -- 申报来源 counter, web, app … {codes: dcla_souc, severity: warn}
    psn_no VARCHAR NOT NULL, -- 人员编号 person number {required}
    psn_cert_type VARCHAR, -- 证件类型 certificate type {codes: psn_cert_type, severity: warn}
    certno VARCHAR, -- 证件号码 certificate number {identifier: hash}
    psn_name VARCHAR, -- 姓名 name {identifier: hash}
    tel VARCHAR, -- 电话 telephone {identifier: drop}
    insu_admdvs VARCHAR NOT NULL, -- 参保地 insured region {required, format: region}
    rloc_admdvs VARCHAR, -- 安置地 filed region, may be a whole province {required, format: region}
    rloc_coty_type VARCHAR, -- 安置区类型 0 in province, 1 outside {codes: yes_no, severity: warn}
    out_onln_way VARCHAR, -- 异地联网方式 network {codes: out_onln_way, severity: warn}
    rloc_rea VARCHAR, -- 异地安置原因 reason {required, codes: rloc_rea, severity: warn}
    resout_addr VARCHAR, -- 居外地址 address {identifier: drop}
    begndate DATE NOT NULL, -- 开始日期 begins {required, range: 1900-01-01..2100-12-31}
    enddate DATE, -- 结束日期 ends, null = open {required}
    out_fil_upld_stas VARCHAR NOT NULL, -- 异地备案上报状态 uploaded {required, codes: yes_no}
    att_cnt INTEGER, -- 附件数量 attachments
    trafout_fixmedins_code VARCHAR, -- 转出机构代码 referring institution
    trafout_fixmedins_name VARCHAR, -- 转出机构名称 its name
    rchk_flag VARCHAR, -- 复核标志 review {required, codes: rchk_flag}
    evt_type VARCHAR, -- 事件类型 new, change, stop …
    opt_time TIMESTAMP, -- 经办时间 counter time {range: 1900-01-01..2100-12-31, severity: warn}
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    crte_time TIMESTAMP NOT NULL, -- 创建时间 created {required, range: 1900-01-01..2100-12-31}
    updt_time TIMESTAMP NOT NULL, -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
    CONSTRAINT filing_order CHECK (begndate <= enddate) -- 备案期间起不晚于止 a filing cannot end before it begins
);
