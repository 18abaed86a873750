-- invchg_d: 进销存变动 movement of stock
-- mode: delta
-- key: invchg_sn
CREATE TABLE invchg_d (
    invchg_sn VARCHAR NOT NULL, -- 进销存流水号 serial {required}
    fixmedins_code VARCHAR NOT NULL, -- 定点医药机构代码 institution {required, format: institution, severity: warn}
    hilist_code VARCHAR NOT NULL, -- 医保目录编码 product {required, format: hilist_code, severity: warn}
    inv_chg_type VARCHAR NOT NULL, -- 变动类型 3501 stocktake, 3503 purchase, 3504 purchase returned, 3505 sale, 3506 sale returned {required, codes: inv_chg_type}
    inv_chg_time TIMESTAMP NOT NULL, -- 变动时间 when {required, range: 1900-01-01..2100-12-31}
    cnt DECIMAL(16, 4) NOT NULL, -- 数量 quantity, in the unit that is billed; of a stocktake what lies there {required}
    pric DECIMAL(16, 6), -- 单价 price paid for a unit
    manu_lotnum VARCHAR, -- 生产批号 lot
    trdn_flag VARCHAR, -- 拆零标志 pack opened {codes: yes_no, severity: warn}
    rtal_docno VARCHAR, -- 零售单据号 receipt
    updt_time TIMESTAMP NOT NULL -- 更新时间 updated {required, range: 1900-01-01..2100-12-31}
);
