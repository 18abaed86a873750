-- remote_reg_emp_d: 异地就医准入名册（单位） register of employers admitted to care elsewhere
-- mode: delta
-- key: emp_no, begndate
CREATE TABLE remote_reg_emp_d (
    emp_no VARCHAR NOT NULL, -- 单位编号 employer {required}
    insu_admdvs VARCHAR NOT NULL, -- 参保地 insured region {required, format: region}
    begndate DATE NOT NULL, -- 开始日期 from {required, range: 1900-01-01..2100-12-31}
    enddate DATE, -- 结束日期 to, inclusive; null is open {range: 1900-01-01..2100-12-31}
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
