-- revolv_fund_d: 周转金 revolving fund
-- mode: delta
-- key: insured_region, acct_date
-- control: out_clear
CREATE TABLE revolv_fund_d (
    insured_region VARCHAR NOT NULL, -- 参保地 insured region {required, format: region}
    acct_date DATE NOT NULL, -- 账务日期 day {required, range: 1900-01-01..2100-12-31}
    opening DECIMAL(16, 2) NOT NULL, -- 期初 opening {required}
    in_replenish DECIMAL(16, 2) NOT NULL, -- 补充 replenished {required}
    in_interest DECIMAL(16, 2) NOT NULL, -- 利息 interest {required}
    out_clear DECIMAL(16, 2) NOT NULL, -- 清算支出 cleared {required}
    adjust DECIMAL(16, 2) NOT NULL, -- 调整 adjusted, signed {required}
    closing DECIMAL(16, 2) NOT NULL, -- 期末 closing {required}
    quota DECIMAL(16, 2), -- 额度 quota {required}
    updt_time TIMESTAMP NOT NULL, -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
    CONSTRAINT i18_balance CHECK (ABS(closing - opening - in_replenish - in_interest + out_clear - adjust) <= 0.01) -- {severity: warn} I18 周转金期末余额勾稽 closing = opening + replenished + interest - cleared + adjusted
);
