-- setl_list_item_d: 医保结算清单收费项目 charges of a settlement list
-- mode: delta
-- key: setl_list_id, med_chrgitm
-- control: amt
CREATE TABLE setl_list_item_d (
    setl_list_id VARCHAR NOT NULL, -- 结算清单编号 list {required}
    med_chrgitm VARCHAR NOT NULL, -- 医疗收费项目 charge category {required, codes: med_chrgitm_type, severity: warn}
    amt DECIMAL(16, 2) NOT NULL, -- 金额 amount {required}
    claa_sumfee DECIMAL(16, 2), -- 甲类 class A
    clab_amt DECIMAL(16, 2), -- 乙类 class B
    fulamt_ownpay_amt DECIMAL(16, 2), -- 全自费 full self-pay
    oth_amt DECIMAL(16, 2), -- 其他 other
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
