-- Items that another payer owes. Loaded from knowledge/other_payer_item.csv.
CREATE TABLE other_payer_item (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    payer VARCHAR NOT NULL, -- PUBLIC_HEALTH, CHECK_UP
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
