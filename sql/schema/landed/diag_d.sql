-- diag_d: 诊断信息 diagnosis
-- mode: delta
-- key: mdtrt_id, inout_diag_type, diag_srt_no
CREATE TABLE diag_d (
    mdtrt_id VARCHAR NOT NULL, -- 就诊编号 visit id {required}
    inout_diag_type VARCHAR NOT NULL, -- 出入院诊断类别 admission or discharge {required, codes: inout_diag_type}
    diag_srt_no INTEGER NOT NULL, -- 诊断排序号 order of the diagnosis {required}
    setl_id VARCHAR, -- 结算编号 settlement id {required}
    maindiag_flag VARCHAR NOT NULL, -- 主诊断标志 main diagnosis {required, codes: yes_no}
    diag_type VARCHAR NOT NULL, -- 诊断类别 Western, TCM disease, TCM syndrome {required, codes: diag_type}
    diag_code VARCHAR, -- 诊断代码 diagnosis code {required, format: diagnosis, severity: warn}
    diag_name VARCHAR, -- 诊断名称 diagnosis name {required}
    adm_cond_type VARCHAR, -- 入院病情类型 condition on admission {codes: adm_cond_type, severity: warn}
    diag_dept VARCHAR, -- 诊断科室 department
    diag_dr_code VARCHAR, -- 诊断医生编码 doctor
    diag_time TIMESTAMP, -- 诊断时间 time {range: 1900-01-01..2100-12-31, severity: warn}
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
