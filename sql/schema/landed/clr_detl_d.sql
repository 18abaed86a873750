-- clr_detl_d: 清算明细 settlements inside a clearing application
-- mode: delta
-- key: clr_appy_evt_id, setl_id, fund_pay_type
-- control: amt
CREATE TABLE clr_detl_d (
    clr_appy_evt_id VARCHAR NOT NULL, -- 清算申请事件编号 application id {required}
    setl_id VARCHAR NOT NULL, -- 结算编号 settlement id {required}
    fund_pay_type VARCHAR NOT NULL, -- 基金支付类型 fund {required, codes: fund_pay_type, severity: warn}
    amt DECIMAL(16, 2) NOT NULL, -- 金额 amount {required}
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
