-- icu_d: 重症监护 stay in an intensive-care ward
-- mode: delta
-- key: mdtrt_id, scs_cutd_inpool_time
CREATE TABLE icu_d (
    mdtrt_id VARCHAR NOT NULL, -- 就诊编号 visit id {required}
    scs_cutd_inpool_time TIMESTAMP NOT NULL, -- 进重症监护室时间 enters {required, range: 1900-01-01..2100-12-31}
    setl_id VARCHAR, -- 结算编号 settlement id
    scs_cutd_ward_type VARCHAR, -- 重症监护病房类型 kind of ward
    scs_cutd_exit_time TIMESTAMP, -- 出重症监护室时间 leaves, null = not yet {range: 1900-01-01..2100-12-31, severity: warn}
    scs_cutd_sum_dura VARCHAR, -- 重症监护合计时长 total time in words
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    updt_time TIMESTAMP NOT NULL, -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
    CONSTRAINT stay_order CHECK (scs_cutd_inpool_time <= scs_cutd_exit_time) -- 进出顺序 nobody leaves before entering
);
