-- spdrug_appr_d: 特殊药品备案 approval of a special drug
-- mode: delta
-- key: psn_no, hilist_code, begndate
CREATE TABLE spdrug_appr_d (
    psn_no VARCHAR NOT NULL, -- 人员编号 person number {required}
    hilist_code VARCHAR NOT NULL, -- 医保目录编码 drug {required, format: hilist_code, severity: warn}
    begndate DATE NOT NULL, -- 开始日期 from {required, range: 1900-01-01..2100-12-31}
    enddate DATE, -- 结束日期 to, inclusive, null = open {required}
    diag_code VARCHAR, -- 诊断代码 diagnosis {format: diagnosis, severity: warn}
    rchk_flag VARCHAR, -- 复核标志 review
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
