-- cum_d: 年度累计 what a person had used in a benefit year when the history here begins
-- mode: delta
-- key: psn_no, insutype, year
CREATE TABLE cum_d (
    psn_no VARCHAR NOT NULL, -- 人员编号 person number {required}
    insutype VARCHAR NOT NULL, -- 险种 insurance type {required, codes: insutype}
    year VARCHAR NOT NULL, -- 年度 benefit year {required}
    as_of TIMESTAMP NOT NULL, -- 截至时间 up to this moment, exclusive {required, range: 1900-01-01..2100-12-31}
    hifp_stay DECIMAL(16, 2) NOT NULL, -- 住院和慢特病统筹累计 pooled fund, inpatient and chronic {required}
    hifp_clinic DECIMAL(16, 2) NOT NULL, -- 门诊统筹累计 pooled fund, outpatient {required}
    dedc_clinic DECIMAL(16, 2) NOT NULL, -- 门诊起付线累计 outpatient deductible paid {required}
    burden DECIMAL(16, 2) NOT NULL, -- 大病范围内个人负担累计 in-scope burden {required}
    hifmi DECIMAL(16, 2) NOT NULL, -- 大病保险累计 catastrophic insurance {required}
    civil DECIMAL(16, 2) NOT NULL, -- 公务员补助累计 civil-servant subsidy {required}
    assist DECIMAL(16, 2) NOT NULL, -- 医疗救助累计 medical assistance {required}
    ipt_cnt INTEGER NOT NULL, -- 住院次数 admissions {required}
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
