-- clr_appy_d: 清算申请 clearing application
-- mode: delta
-- key: clr_appy_evt_id
-- control: medfee_sumamt, fund_appy_sum
CREATE TABLE clr_appy_d (
    clr_appy_evt_id VARCHAR NOT NULL, -- 清算申请事件编号 application id {required}
    clr_type VARCHAR NOT NULL, -- 清算类别 clearing class {required, prefix: clr_type, severity: warn}
    clr_way VARCHAR NOT NULL, -- 清算方式 clearing method {required, codes: clr_way, severity: warn}
    clr_ym VARCHAR NOT NULL, -- 清算年月 month {required, format: month}
    begndate DATE NOT NULL, -- 开始日期 from {required, range: 1900-01-01..2100-12-31}
    enddate DATE NOT NULL, -- 结束日期 to {required, range: 1900-01-01..2100-12-31}
    fixmedins_code VARCHAR, -- 定点医药机构代码 institution {format: institution, severity: warn}
    medfee_sumamt DECIMAL(16, 2) NOT NULL, -- 医疗费总额 total fee {required}
    med_sumfee DECIMAL(16, 2), -- 医保认可费用总额 recognised fee {required}
    fund_appy_sum DECIMAL(16, 2) NOT NULL, -- 基金申报总额 fund applied for {required}
    cash_payamt DECIMAL(16, 2), -- 现金 cash {required}
    acct_pay DECIMAL(16, 2), -- 个人账户 account {required}
    clr_optins VARCHAR, -- 清算经办机构 clearing agency {required}
    clr_stas VARCHAR NOT NULL, -- 清算状态 state {required, codes: clr_stas, severity: warn}
    updt_time TIMESTAMP NOT NULL, -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
    CONSTRAINT clearing_order CHECK (begndate <= enddate) -- 清算期间起不晚于止 a period cannot end before it begins
);
