-- fixmedins_equip_b: 机构设备与科室登记 equipment and departments that an institution registered
-- mode: snapshot
-- key: fixmedins_code, equip_code, begndate
-- closes: enddate inclusive
CREATE TABLE fixmedins_equip_b (
    fixmedins_code VARCHAR NOT NULL, -- 定点医药机构代码 institution {required, format: institution, severity: warn}
    equip_code VARCHAR NOT NULL, -- 设备或科室代码 equipment or department {required}
    begndate DATE NOT NULL, -- 开始日期 from {required, range: 1900-01-01..2100-12-31}
    enddate DATE, -- 结束日期 to, inclusive, null = open {required}
    equip_name VARCHAR, -- 名称 its name
    vali_flag VARCHAR NOT NULL -- 有效标志 valid {required, codes: vali_flag}
);
