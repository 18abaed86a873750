-- manl_claim_d: 零星报销 manual claim
-- mode: delta
-- key: manl_claim_no
-- control: medfee_sumamt, fund_pay_sumamt
CREATE TABLE manl_claim_d (
    manl_claim_no VARCHAR NOT NULL, -- 零星报销编号 claim number {required}
    psn_no VARCHAR NOT NULL, -- 人员编号 person number {required}
    certno VARCHAR, -- 证件号码 certificate number {identifier: hash}
    psn_name VARCHAR, -- 姓名 name {identifier: hash}
    insu_admdvs VARCHAR NOT NULL, -- 参保地 insured region {required, format: region}
    insutype VARCHAR, -- 险种 insurance type {codes: insutype, severity: warn}
    fixmedins_code VARCHAR, -- 就诊机构 institution {required, format: institution, severity: warn}
    fixmedins_name VARCHAR, -- 就诊机构名称 its name
    med_type VARCHAR, -- 医疗类别 care type {prefix: med_type, severity: warn}
    begndate DATE NOT NULL, -- 开始日期 care begins {required, range: 1900-01-01..2100-12-31}
    enddate DATE NOT NULL, -- 结束日期 care ends {required, range: 1900-01-01..2100-12-31}
    medfee_sumamt DECIMAL(16, 2) NOT NULL, -- 医疗费总额 total fee {required}
    fund_pay_sumamt DECIMAL(16, 2) NOT NULL, -- 基金支付总额 fund total {required}
    manl_reim_rea VARCHAR, -- 零星报销原因 reason {required, prefix: manl_reim_rea, severity: warn}
    invono VARCHAR, -- 发票号 invoice number
    appy_date DATE, -- 申报日期 claimed {range: 1900-01-01..2100-12-31}
    paid_date DATE, -- 支付日期 paid {required, range: 1900-01-01..2100-12-31}
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    updt_time TIMESTAMP NOT NULL, -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
    CONSTRAINT stay_order CHECK (begndate <= enddate) -- 就诊开始不晚于结束 care cannot end before it begins
);
