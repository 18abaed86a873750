-- setl_fund_d: 结算基金分项 fund breakdown of a settlement
-- mode: delta
-- key: setl_id, fund_pay_type
-- control: fund_payamt
CREATE TABLE setl_fund_d (
    setl_id VARCHAR NOT NULL, -- 结算编号 settlement id {required}
    fund_pay_type VARCHAR NOT NULL, -- 基金支付类型 fund {required, codes: fund_pay_type, severity: warn}
    fund_pay_type_name VARCHAR, -- 基金支付类型名称 fund name
    inscp_scp_amt DECIMAL(16, 2), -- 符合范围金额 scope that this fund saw
    crt_payb_lmt_amt DECIMAL(16, 2), -- 本次可支付限额 payable limit left
    fund_payamt DECIMAL(16, 2) NOT NULL, -- 基金支付金额 paid {required}
    setl_proc_info VARCHAR, -- 结算过程信息 calculation trace
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
