-- Items that show emergency care. Loaded from knowledge/emergency_item.csv.
CREATE TABLE emergency_item (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
