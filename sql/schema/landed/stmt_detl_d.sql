-- stmt_detl_d: 对明细账 reconciliation of single settlements
-- mode: delta
-- key: setl_id, msgid
-- control: medfee_sumamt, fund_pay_sumamt
CREATE TABLE stmt_detl_d (
    setl_id VARCHAR NOT NULL, -- 结算编号 settlement id {required}
    msgid VARCHAR NOT NULL, -- 报文编号 message id {required}
    psn_no VARCHAR NOT NULL, -- 人员编号 person number {required}
    mdtrt_id VARCHAR NOT NULL, -- 就诊编号 visit id {required}
    refd_setl_flag VARCHAR NOT NULL, -- 退费结算标志 reversal {required, codes: yes_no}
    medfee_sumamt DECIMAL(16, 2) NOT NULL, -- 医疗费总额 total fee {required}
    fund_pay_sumamt DECIMAL(16, 2) NOT NULL, -- 基金支付总额 fund total {required}
    acct_pay DECIMAL(16, 2) NOT NULL, -- 个人账户 account {required}
    stmt_rslt VARCHAR, -- 对账结果 result {required}
    memo VARCHAR, -- 备注 remark
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
