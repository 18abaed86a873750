-- An item is charged by the day. Loaded from knowledge/day_item.csv.
CREATE TABLE day_item (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    family VARCHAR NOT NULL, -- BED, CONSULT, NURSING, HEATING
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
