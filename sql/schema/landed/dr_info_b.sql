-- dr_info_b: 医师信息 doctor at an institution
-- mode: snapshot
-- key: dr_code, medins_code
-- closes: cntr_endtime
CREATE TABLE dr_info_b (
    dr_code VARCHAR NOT NULL, -- 医师代码 doctor {required, format: staff, severity: warn}
    medins_code VARCHAR NOT NULL, -- 医疗机构代码 institution {required, format: institution, severity: warn}
    dr_prac_type VARCHAR, -- 医师执业类别 kind of practice {required}
    dr_prac_scp_code VARCHAR, -- 医师执业范围 scope of practice
    dr_pro_tech_duty VARCHAR, -- 专业技术职务 rank {required}
    mul_prac_flag VARCHAR, -- 多点执业标志 practises at several {codes: yes_no, severity: warn}
    main_pracins_no VARCHAR, -- 主要执业机构 main institution
    prac_stas VARCHAR, -- 执业状态 state of practice {required}
    cntr_begntime TIMESTAMP, -- 合同开始时间 contract from {required, range: 1900-01-01..2100-12-31}
    cntr_endtime TIMESTAMP, -- 合同结束时间 contract to {required}
    cred_lv VARCHAR, -- 信用等级 credit
    vali_flag VARCHAR NOT NULL -- 有效标志 valid {required, codes: vali_flag}
);
