-- remote_reg_psn_d: 异地就医准入名册（个人） register of persons admitted to care elsewhere
-- mode: delta
-- key: psn_no, begndate
CREATE TABLE remote_reg_psn_d (
    psn_no VARCHAR NOT NULL, -- 人员编号 person number {required}
    insu_admdvs VARCHAR NOT NULL, -- 参保地 insured region {required, format: region}
    begndate DATE NOT NULL, -- 开始日期 from {required, range: 1900-01-01..2100-12-31}
    enddate DATE, -- 结束日期 to, inclusive; null is open {range: 1900-01-01..2100-12-31}
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
