-- How many days one unit of a drug lasts. Loaded from knowledge/drug_supply.csv.
CREATE TABLE drug_supply (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    generic VARCHAR NOT NULL,
    days_per_unit DECIMAL(10, 4) NOT NULL,
    is_resale_prone VARCHAR NOT NULL, -- 1: often bought to be sold again
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
