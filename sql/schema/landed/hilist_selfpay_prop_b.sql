-- hilist_selfpay_prop_b: 医保目录先自付比例 pre-self-pay ratio of an item
-- mode: snapshot
-- key: hilist_code, insu_admdvs, selfpay_prop_psn_type, begndate
-- closes: enddate inclusive
CREATE TABLE hilist_selfpay_prop_b (
    hilist_code VARCHAR NOT NULL, -- 医保目录编码 catalogue code {required, format: hilist_code, severity: warn}
    insu_admdvs VARCHAR NOT NULL, -- 目录所属地 region whose ratio it is {required, format: region}
    selfpay_prop_psn_type VARCHAR NOT NULL, -- 自付比例人员类别 for whom, 0 = everyone {required}
    begndate DATE NOT NULL, -- 开始日期 from {required, range: 1900-01-01..2100-12-31}
    enddate DATE, -- 结束日期 to, inclusive, null = open {required}
    selfpay_prop_type VARCHAR NOT NULL, -- 自付比例类别 kind of ratio {required, codes: selfpay_prop_type, severity: warn}
    selfpay_prop DECIMAL(5, 4) NOT NULL, -- 自付比例 ratio {required, range: 0..1}
    CONSTRAINT validity_order CHECK (begndate <= enddate) -- 有效期起不晚于止 a row cannot end before it begins
);
