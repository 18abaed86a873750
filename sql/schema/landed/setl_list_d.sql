-- setl_list_d: 医保结算清单 settlement list
-- mode: delta
-- key: setl_list_id
CREATE TABLE setl_list_d (
    setl_list_id VARCHAR NOT NULL, -- 结算清单编号 list {required}
    setl_id VARCHAR NOT NULL, -- 结算编号 settlement id {required}
    mdtrt_id VARCHAR, -- 就诊编号 visit id
    fixmedins_code VARCHAR NOT NULL, -- 定点医药机构代码 institution {required, format: institution, severity: warn}
    medcasno VARCHAR, -- 病案号 record number
    dcla_time TIMESTAMP, -- 申报时间 declared {range: 1900-01-01..2100-12-31, severity: warn}
    gend VARCHAR, -- 性别 sex {codes: gend, severity: warn}
    brdy DATE, -- 出生日期 birth date {range: 1900-01-01..2100-12-31, severity: warn}
    insutype VARCHAR, -- 险种 insurance type {codes: insutype, severity: warn}
    adm_way VARCHAR, -- 入院途径 way of admission: 1 emergency, 2 clinic, 3 transfer, 9 other
    adm_time TIMESTAMP, -- 入院时间 admitted {range: 1900-01-01..2100-12-31, severity: warn}
    dscg_time TIMESTAMP, -- 出院时间 discharged {range: 1900-01-01..2100-12-31, severity: warn}
    act_ipt_days DECIMAL(8, 2), -- 实际住院天数 days
    dscg_way VARCHAR, -- 离院方式 way of discharge {codes: dscg_way, severity: warn}
    maindiag_code VARCHAR, -- 主要诊断代码 main diagnosis {format: diagnosis, severity: warn}
    diag_code_cnt INTEGER, -- 诊断代码计数 diagnoses
    oprn_oprt_code_cnt INTEGER, -- 手术操作代码计数 operations
    days_rinp_flag_31 VARCHAR, -- 再住院计划标志 planned readmission within 31 days {codes: yes_no, severity: warn}
    chfpdr_code VARCHAR, -- 主诊医师代码 attending doctor
    hi_paymtd VARCHAR, -- 医保支付方式 1 item, 2 single disease, 3 DIP, 4 DRG, 5 bed-day, 6 head
    grp_code VARCHAR, -- 病组代码 DRG or DIP group, where paid so
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
