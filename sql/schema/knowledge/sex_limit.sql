-- An item is for one sex. Loaded from knowledge/sex_limit.csv.
CREATE TABLE sex_limit (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    gend VARCHAR NOT NULL, -- the sex it is for: 1 male, 2 female
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
