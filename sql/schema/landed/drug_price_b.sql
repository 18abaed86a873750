-- drug_price_b: 药品耗材价格 listing and procurement price
-- mode: snapshot
-- key: hilist_code, begndate
-- closes: enddate inclusive
CREATE TABLE drug_price_b (
    hilist_code VARCHAR NOT NULL, -- 医保目录编码 product {required, format: hilist_code, severity: warn}
    begndate DATE NOT NULL, -- 开始日期 from {required, range: 1900-01-01..2100-12-31}
    enddate DATE, -- 结束日期 to, inclusive, null = open {required}
    list_pric DECIMAL(16, 6), -- 挂网价 listing price
    vbp_pric DECIMAL(16, 6), -- 集采中选价 price of volume-based procurement
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    CONSTRAINT validity_order CHECK (begndate <= enddate) -- 有效期起不晚于止 a row cannot end before it begins
);
