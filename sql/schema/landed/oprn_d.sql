-- oprn_d: 手术操作 operation
-- mode: delta
-- key: mdtrt_id, oprn_oprt_sn
CREATE TABLE oprn_d (
    mdtrt_id VARCHAR NOT NULL, -- 就诊编号 visit id {required}
    oprn_oprt_sn VARCHAR NOT NULL, -- 手术操作序号 serial of the operation {required}
    setl_id VARCHAR, -- 结算编号 settlement id {required}
    main_oprn_flag VARCHAR NOT NULL, -- 主手术标志 main operation {required, codes: yes_no}
    oprn_oprt_code VARCHAR, -- 手术操作代码 operation code {required, format: operation, severity: warn}
    oprn_oprt_name VARCHAR, -- 手术操作名称 operation name {required}
    oprn_oprt_date DATE, -- 手术操作日期 date {required, range: 1900-01-01..2100-12-31}
    anst_way VARCHAR, -- 麻醉方式 anaesthesia
    oper_dr_code VARCHAR, -- 术者医师代码 surgeon
    anst_dr_code VARCHAR, -- 麻醉医师代码 anaesthetist
    oprn_oprt_begntime TIMESTAMP, -- 手术开始时间 begins {range: 1900-01-01..2100-12-31, severity: warn}
    oprn_oprt_endtime TIMESTAMP, -- 手术结束时间 ends {range: 1900-01-01..2100-12-31, severity: warn}
    incs_lv VARCHAR, -- 切口等级 class of incision: 0, 1 clean, 2, 3
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
