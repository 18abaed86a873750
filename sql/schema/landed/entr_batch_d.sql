-- entr_batch_d: 委托报销批次明细 one claim of an entrusted reimbursement batch
-- mode: delta
-- key: batch_id, invono, psn_no
-- control: fund_amt
CREATE TABLE entr_batch_d (
    batch_id VARCHAR NOT NULL, -- 批次编号 batch {required}
    invono VARCHAR NOT NULL, -- 发票号 invoice number {required}
    psn_no VARCHAR NOT NULL, -- 人员编号 person number {required}
    agent_code VARCHAR NOT NULL, -- 受托机构 agent institution {required}
    insu_admdvs VARCHAR NOT NULL, -- 参保地 insured region {required, format: region}
    begndate DATE NOT NULL, -- 就诊开始日期 care begins {required, range: 1900-01-01..2100-12-31}
    enddate DATE NOT NULL, -- 就诊结束日期 care ends {required, range: 1900-01-01..2100-12-31}
    amt DECIMAL(16, 2) NOT NULL, -- 费用金额 amount claimed {required}
    fund_amt DECIMAL(16, 2) NOT NULL, -- 基金支付金额 fund paid {required}
    paid_date DATE, -- 支付日期 paid on {range: 1900-01-01..2100-12-31}
    vali_flag VARCHAR NOT NULL, -- 有效标志 valid {required, codes: vali_flag}
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
