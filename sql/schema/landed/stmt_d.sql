-- stmt_d: 对总账 daily reconciliation of an institution
-- mode: delta
-- key: fixmedins_code, setl_optins, insutype, clr_type, stmt_begndate, stmt_enddate
-- control: medfee_sumamt, fund_pay_sumamt
CREATE TABLE stmt_d (
    fixmedins_code VARCHAR NOT NULL, -- 定点医药机构代码 institution {required, format: institution, severity: warn}
    setl_optins VARCHAR NOT NULL, -- 结算经办机构 settling agency {required, format: region, severity: warn}
    insutype VARCHAR NOT NULL, -- 险种 insurance type {required, codes: insutype}
    clr_type VARCHAR NOT NULL, -- 清算类别 clearing class {required, prefix: clr_type, severity: warn}
    stmt_begndate DATE NOT NULL, -- 对账开始日期 from {required, range: 1900-01-01..2100-12-31}
    stmt_enddate DATE NOT NULL, -- 对账结束日期 to {required, range: 1900-01-01..2100-12-31}
    medfee_sumamt DECIMAL(16, 2) NOT NULL, -- 医疗费总额 total fee {required}
    fund_pay_sumamt DECIMAL(16, 2) NOT NULL, -- 基金支付总额 fund total {required}
    acct_pay DECIMAL(16, 2) NOT NULL, -- 个人账户 account {required}
    fixmedins_setl_cnt INTEGER NOT NULL, -- 结算笔数 settlements, a reversal counts minus one {required}
    stmt_rslt VARCHAR, -- 对账结果 result {required}
    stmt_rslt_dscr VARCHAR, -- 对账结果说明 result in words
    updt_time TIMESTAMP NOT NULL, -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
    CONSTRAINT statement_order CHECK (stmt_begndate <= stmt_enddate) -- 对账期间起不晚于止 a period cannot end before it begins
);
