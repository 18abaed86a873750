-- opsp_scope_b: 门诊慢特病支付范围 items payable for a chronic or special disease
-- mode: snapshot
-- key: insu_admdvs, opsp_dise_code, hilist_code, begndate
-- closes: enddate inclusive
CREATE TABLE opsp_scope_b (
    insu_admdvs VARCHAR NOT NULL, -- 参保地 insured region {required, format: region}
    opsp_dise_code VARCHAR NOT NULL, -- 门慢门特病种编码 disease {required, format: opsp_disease, severity: warn}
    hilist_code VARCHAR NOT NULL, -- 医保目录编码 item {required, format: hilist_code, severity: warn}
    begndate DATE NOT NULL, -- 开始日期 from {required, range: 1900-01-01..2100-12-31}
    enddate DATE, -- 结束日期 to, inclusive, null = open {required}
    vali_flag VARCHAR NOT NULL -- 有效标志 valid {required, codes: vali_flag}
);
