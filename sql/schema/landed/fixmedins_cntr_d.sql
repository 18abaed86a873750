-- fixmedins_cntr_d: 定点服务协议 service contracted with an institution
-- mode: snapshot
-- key: fixmedins_code, care, begndate
-- closes: enddate inclusive
CREATE TABLE fixmedins_cntr_d (
    fixmedins_code VARCHAR NOT NULL, -- 定点医药机构代码 institution {required, format: institution, severity: warn}
    care VARCHAR NOT NULL, -- 服务类别 IPT, OTP, ER, OPSP, RX, MAT {required}
    begndate DATE NOT NULL, -- 开始日期 from {required, range: 1900-01-01..2100-12-31}
    enddate DATE, -- 结束日期 to, inclusive, null = open {required}
    vali_flag VARCHAR NOT NULL -- 有效标志 valid {required, codes: vali_flag}
);
