-- hilist_lmtpric_d: 医保目录限价 price limit of an item
-- mode: snapshot
-- key: hilist_code, insu_admdvs, hilist_lmtpric_type, begndate
-- closes: enddate inclusive
CREATE TABLE hilist_lmtpric_d (
    hilist_code VARCHAR NOT NULL, -- 医保目录编码 catalogue code {required, format: hilist_code, severity: warn}
    insu_admdvs VARCHAR NOT NULL, -- 目录所属地 region whose limit it is {required, format: region}
    hilist_lmtpric_type VARCHAR NOT NULL, -- 限价类型 hospital level, 0 = any {required, codes: hilist_lmtpric_type, severity: warn}
    begndate DATE NOT NULL, -- 开始日期 from {required, range: 1900-01-01..2100-12-31}
    enddate DATE, -- 结束日期 to, inclusive, null = open {required}
    hilist_pric_uplmt_amt DECIMAL(16, 6) NOT NULL, -- 定价上限金额 limit {required, range: 0..99999999}
    overlmt_dspo_way VARCHAR, -- 超限处理方式 what happens above it
    CONSTRAINT validity_order CHECK (begndate <= enddate) -- 有效期起不晚于止 a row cannot end before it begins
);
