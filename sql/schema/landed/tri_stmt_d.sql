-- tri_stmt_d: 三方对账 three-party reconciliation of one cross-province settlement
-- mode: delta
-- key: setl_id
CREATE TABLE tri_stmt_d (
    setl_id VARCHAR NOT NULL, -- 结算编号 settlement id {required}
    stmt_date DATE NOT NULL, -- 对账日期 reconciled on {required, range: 1900-01-01..2100-12-31}
    hosp_flag VARCHAR NOT NULL, -- 医药机构有记录 the institution holds it {required, codes: yes_no}
    treat_flag VARCHAR NOT NULL, -- 就医地有记录 the treating region holds it {required, codes: yes_no}
    insu_flag VARCHAR NOT NULL, -- 参保地有记录 the insured region holds it {required, codes: yes_no}
    hosp_fund DECIMAL(16, 2), -- 医药机构基金金额 fund as the institution says
    treat_fund DECIMAL(16, 2), -- 就医地基金金额 fund as the treating region says
    insu_fund DECIMAL(16, 2), -- 参保地基金金额 fund as the insured region says
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
