-- local_stay_d: 本地住院汇总 how an institution's local patients are treated: their stays added up by month and case mix
-- mode: delta
-- key: fixmedins_code, setl_ym, icd3, oprn_class, age_band, gend
-- control: medfee_sumamt
CREATE TABLE local_stay_d (
    fixmedins_code VARCHAR NOT NULL, -- 定点医药机构代码 institution {required, format: institution}
    setl_ym VARCHAR NOT NULL, -- 结算年月 month in which the stays settled; sent once it is over {required, format: month}
    icd3 VARCHAR NOT NULL, -- 主要诊断类目 first three characters of the main diagnosis, * = merged {required, format: disease_or_all}
    oprn_class VARCHAR NOT NULL, -- 主要手术类目 first four characters of the main operation, - = none, * = merged {required, format: operation_or_all}
    age_band VARCHAR NOT NULL, -- 年龄段 age on admission, * = merged {required, codes: age_band}
    gend VARCHAR NOT NULL, -- 性别 sex, * = merged {required, codes: gend_or_all}
    psn_cnt INTEGER NOT NULL, -- 人数 persons, never below five {required}
    stay_cnt INTEGER NOT NULL, -- 住院人次 stays, without intensive care, emergencies and referrals {required}
    medfee_sumamt DECIMAL(16, 2) NOT NULL, -- 医疗费总额 total fee {required}
    days_sum INTEGER NOT NULL, -- 住院床日 days, at least one for each stay {required}
    test_cnt INTEGER NOT NULL, -- 化验检查次数 lines of laboratory and examination {required}
    ln_fee_sum DECIMAL(18, 6) NOT NULL, -- 费用对数和 sum of the logs of the fee in yuan {required}
    ln_fee_sumsq DECIMAL(18, 6) NOT NULL, -- 费用对数平方和 sum of their squares {required}
    ln_days_sum DECIMAL(18, 6) NOT NULL, -- 床日对数和 sum of the logs of the days {required}
    ln_days_sumsq DECIMAL(18, 6) NOT NULL, -- 床日对数平方和 sum of their squares {required}
    ln_test_sum DECIMAL(18, 6) NOT NULL, -- 化验检查次数加一的对数和 sum of the logs of one plus the tests {required}
    ln_test_sumsq DECIMAL(18, 6) NOT NULL, -- 化验检查次数加一的对数平方和 sum of their squares {required}
    western_amt DECIMAL(16, 2) NOT NULL, -- 西药费 Western drugs {required}
    patent_amt DECIMAL(16, 2) NOT NULL, -- 中成药费 patent medicines {required}
    herbal_amt DECIMAL(16, 2) NOT NULL, -- 中药饮片费 herbal pieces {required}
    material_amt DECIMAL(16, 2) NOT NULL, -- 卫生材料费 materials {required}
    laboratory_amt DECIMAL(16, 2) NOT NULL, -- 化验费 laboratory {required}
    examination_amt DECIMAL(16, 2) NOT NULL, -- 检查费 examinations {required}
    treatment_amt DECIMAL(16, 2) NOT NULL, -- 治疗费 treatment {required}
    surgery_amt DECIMAL(16, 2) NOT NULL, -- 手术费 surgery {required}
    nursing_amt DECIMAL(16, 2) NOT NULL, -- 护理费 nursing {required}
    bed_amt DECIMAL(16, 2) NOT NULL, -- 床位费 bed {required}
    consultation_amt DECIMAL(16, 2) NOT NULL, -- 诊察费 consultation {required}
    other_amt DECIMAL(16, 2) NOT NULL, -- 其他费用 what is left {required}
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    updt_time TIMESTAMP NOT NULL, -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
    CONSTRAINT enough_people CHECK (psn_cnt >= 5), -- 每格不少于五人 a cell of fewer than five persons is set aside
    CONSTRAINT person_once CHECK (stay_cnt >= psn_cnt), -- 人次不少于人数 every person has a stay
    CONSTRAINT day_each CHECK (days_sum >= stay_cnt), -- 每次住院至少一日 every stay takes a day
    CONSTRAINT tests_counted CHECK (test_cnt >= 0), -- 次数不为负 nothing is tested less than never
    CONSTRAINT categories CHECK (ABS(western_amt + patent_amt + herbal_amt + material_amt + laboratory_amt + examination_amt + treatment_amt + surgery_amt + nursing_amt + bed_amt + consultation_amt + other_amt - medfee_sumamt) <= 0.01), -- 各类费用相加等于总额 charge categories add up to the total
    CONSTRAINT fee_spread CHECK (ln_fee_sumsq * stay_cnt - ln_fee_sum * ln_fee_sum >= -0.01), -- 费用对数平方和不小于均方 squares are not less than the mean allows
    CONSTRAINT days_spread CHECK (ln_days_sumsq * stay_cnt - ln_days_sum * ln_days_sum >= -0.01), -- 床日同上 the same of days
    CONSTRAINT test_spread CHECK (ln_test_sumsq * stay_cnt - ln_test_sum * ln_test_sum >= -0.01) -- 次数同上 the same of tests
);
