-- hilist_b: 医保目录 insurance catalogue
-- mode: snapshot
-- key: hilist_code, insu_admdvs, begndate
-- closes: enddate inclusive
CREATE TABLE hilist_b (
    hilist_code VARCHAR NOT NULL, -- 医保目录编码 catalogue code {required, format: hilist_code, severity: warn}
    insu_admdvs VARCHAR NOT NULL, -- 目录所属地 region whose catalogue it is {required, format: region}
    begndate DATE NOT NULL, -- 开始日期 from {required, range: 1900-01-01..2100-12-31}
    enddate DATE, -- 结束日期 to, inclusive, null = open {required}
    hilist_name VARCHAR NOT NULL, -- 医保目录名称 name {required}
    list_type VARCHAR NOT NULL, -- 目录类别 catalogue type {required, codes: list_type}
    chrgitm_lv VARCHAR NOT NULL, -- 收费项目等级 item class {required, codes: chrgitm_lv}
    med_chrgitm_type VARCHAR NOT NULL, -- 医疗收费项目类别 charge category {required, codes: med_chrgitm_type, severity: warn}
    lmt_used_flag VARCHAR, -- 限制使用标志 restricted use {codes: yes_no, severity: warn}
    med_use_flag VARCHAR, -- 医疗使用标志 for medical care {codes: yes_no, severity: warn}
    matn_used_flag VARCHAR, -- 生育使用标志 for maternity {codes: yes_no, severity: warn}
    hilist_use_type VARCHAR, -- 限制使用类型 kind of restriction
    lmt_cpnd_type VARCHAR, -- 限复方使用类型 compound only
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    CONSTRAINT validity_order CHECK (begndate <= enddate) -- 有效期起不晚于止 a row cannot end before it begins
);
