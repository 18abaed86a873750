-- An item is charged by the hour. Loaded from knowledge/hour_item.csv.
CREATE TABLE hour_item (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    family VARCHAR NOT NULL, -- items that cannot run side by side have one family and are counted together
    place VARCHAR NOT NULL, -- STAY: as long as the stay; ICU: only in intensive care
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
