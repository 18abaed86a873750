-- What a region lets its insured pay at a drugstore elsewhere. Loaded from knowledge/account_use.csv.
CREATE TABLE account_use (
    kp_id VARCHAR NOT NULL,
    insu_pool VARCHAR, -- insured region, four digits; null: every region
    kind VARCHAR NOT NULL, -- DRUGSTORE_POOLING pooled fund at drugstores, CROSS_PROVINCE_ACCOUNT account in other provinces
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
