-- psn_insu_d: 人员参保关系 insurance relation
-- mode: snapshot
-- key: psn_insu_rlts_id
-- closes: paus_insu_date
CREATE TABLE psn_insu_d (
    psn_insu_rlts_id VARCHAR NOT NULL, -- 参保关系编号 relation id {required}
    psn_no VARCHAR NOT NULL, -- 人员编号 person number {required}
    insutype VARCHAR NOT NULL, -- 险种 insurance type {required, codes: insutype}
    psn_insu_stas VARCHAR NOT NULL, -- 参保状态 state {required, codes: psn_insu_stas}
    crt_insu_date DATE, -- 本次参保日期 insured since {required, range: 1900-01-01..2100-12-31}
    paus_insu_date DATE, -- 暂停参保日期 paused since {required}
    psn_type VARCHAR NOT NULL, -- 人员类别 person class {required, prefix: psn_type, severity: warn}
    hi_type VARCHAR, -- 医保类型 pooled and account, pooled only, inpatient only {codes: hi_type, severity: warn}
    insu_admdvs VARCHAR NOT NULL, -- 参保地 insured region {required, format: region}
    max_acctprd VARCHAR, -- 最大做账期号 paid up to
    fst_insu_ym VARCHAR -- 首次参保年月 first insured
);
