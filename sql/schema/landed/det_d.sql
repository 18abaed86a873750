-- det_d: 扣款 deduction
-- mode: delta
-- key: case_id, clr_ym, det_type
-- control: det_amt
CREATE TABLE det_d (
    case_id VARCHAR NOT NULL, -- 案件编号 case {required}
    clr_ym VARCHAR NOT NULL, -- 清算年月 month {required, format: month}
    det_type VARCHAR NOT NULL, -- 扣款类型 kind of deduction {required, codes: det_type}
    detd_stas VARCHAR NOT NULL, -- 扣款状态 state {required, codes: detd_stas}
    det_amt DECIMAL(16, 2) NOT NULL, -- 扣款金额 amount {required}
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
