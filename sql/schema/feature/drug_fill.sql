-- A line of an out-patient that handed out a drug, and how many days it lasts. Computed by sql/features/drug_fill.sql.
-- Key: bkkp_sn.
CREATE TABLE drug_fill (
    person VARCHAR NOT NULL,
    setl_id VARCHAR NOT NULL,
    bkkp_sn VARCHAR NOT NULL,
    fixmedins_code VARCHAR NOT NULL,
    care VARCHAR NOT NULL, -- OTP, OPSP, RX, ER
    generic VARCHAR NOT NULL, -- of drug_supply
    hilist_code VARCHAR NOT NULL,
    fee_date DATE NOT NULL,
    cnt DECIMAL(16, 4) NOT NULL,
    days_supply DECIMAL(18, 4) NOT NULL, -- cnt x days_per_unit
    is_resale_prone VARCHAR NOT NULL, -- 1: often bought to be sold again
    det_item_fee_sumamt DECIMAL(16, 2) NOT NULL,
    inscp_amt DECIMAL(16, 2) NOT NULL
);
