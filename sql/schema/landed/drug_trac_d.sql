-- drug_trac_d: 药品追溯码 traceability code of a billed pack
-- mode: delta
-- key: drug_trac_codg, bkkp_sn
CREATE TABLE drug_trac_d (
    drug_trac_codg VARCHAR NOT NULL, -- 药品追溯码 code of one pack {required}
    bkkp_sn VARCHAR NOT NULL, -- 记账流水号 fee line {required}
    setl_id VARCHAR NOT NULL, -- 结算编号 settlement id {required}
    fixmedins_code VARCHAR, -- 定点医药机构代码 institution {format: institution, severity: warn}
    scan_time TIMESTAMP, -- 扫码时间 scanned {range: 1900-01-01..2100-12-31, severity: warn}
    trdn_flag VARCHAR, -- 拆零标志 pack opened {codes: yes_no, severity: warn}
    cnt DECIMAL(16, 4), -- 数量 units taken from the pack
    pack_cnt DECIMAL(16, 4), -- 包装数量 units that the pack holds
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
