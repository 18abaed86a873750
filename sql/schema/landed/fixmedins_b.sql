-- fixmedins_b: 定点医药机构 institution, one row per period
-- mode: snapshot
-- key: fixmedins_code, begntime
-- closes: endtime
CREATE TABLE fixmedins_b (
    fixmedins_code VARCHAR NOT NULL, -- 定点医药机构代码 institution {required, format: institution, severity: warn}
    begntime TIMESTAMP NOT NULL, -- 开始时间 from {required, range: 1900-01-01..2100-12-31}
    endtime TIMESTAMP, -- 结束时间 to, null = open {required}
    fix_blng_admdvs VARCHAR NOT NULL, -- 定点归属地 region that holds the agreement {required, format: region}
    fixmedins_name VARCHAR NOT NULL, -- 定点医药机构名称 name {required}
    fixmedins_type VARCHAR NOT NULL, -- 定点医药机构类型 hospital or drugstore {required, codes: fixmedins_type}
    uscc VARCHAR, -- 统一社会信用代码 credit code
    hosp_lv VARCHAR NOT NULL, -- 医院等级 grade {required, codes: hosp_lv}
    lmtpric_hosp_lv VARCHAR NOT NULL, -- 限价医院等级 price-limit level {required, codes: lmtpric_hosp_lv}
    dedc_hosp_lv VARCHAR NOT NULL, -- 起付线医院等级 deductible level {required, codes: dedc_hosp_lv}
    fix_onln_open_flag VARCHAR NOT NULL, -- 定点联网开通标志 suspended, normal, cancelled {required, codes: fix_onln_open_flag}
    out_onln_open_type VARCHAR, -- 异地联网开通类型 open to whom {required, codes: out_onln_open_type}
    aprv_bed_cnt INTEGER, -- 批准床位数量 approved beds {range: 0..20000, severity: warn}
    medins_natu VARCHAR, -- 医疗机构性质 nature
    vali_flag VARCHAR NOT NULL -- 有效标志 valid {required, codes: vali_flag}
);
