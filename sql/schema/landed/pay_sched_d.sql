-- pay_sched_d: 分期支付 payment of one settlement in tranches
-- mode: delta
-- key: setl_id, tranche
-- control: amt
CREATE TABLE pay_sched_d (
    setl_id VARCHAR NOT NULL, -- 结算编号 settlement id {required}
    tranche VARCHAR NOT NULL, -- 期次 1 first, 2 second {required}
    approved_amt DECIMAL(16, 2) NOT NULL, -- 核定金额 approved in all {required}
    amt DECIMAL(16, 2) NOT NULL, -- 本期金额 paid in this tranche {required}
    pay_date DATE, -- 支付日期 paid on; null is not paid yet {range: 1900-01-01..2100-12-31}
    review_id VARCHAR, -- 复核编号 review
    appeal_flag VARCHAR, -- 申诉中 an appeal is open {codes: yes_no, severity: warn}
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
