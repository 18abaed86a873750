-- What a settlement was charged of an item on a date. Computed for rules by sql/features/item_day.sql.
-- Key: setl_id, hilist_code, fee_date.
CREATE TABLE item_day (
    person VARCHAR NOT NULL,
    setl_id VARCHAR NOT NULL,
    mdtrt_id VARCHAR NOT NULL,
    fixmedins_code VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    fee_date DATE NOT NULL,
    n_lines BIGINT NOT NULL,
    cnt DECIMAL(18, 4) NOT NULL, -- sums: a partial reversal is taken off
    det_item_fee_sumamt DECIMAL(18, 2) NOT NULL,
    inscp_amt DECIMAL(18, 2) NOT NULL
);
