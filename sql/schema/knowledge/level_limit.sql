-- An item is for hospitals of a level and above. Loaded from knowledge/level_limit.csv.
CREATE TABLE level_limit (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    min_level INTEGER NOT NULL, -- 3 tertiary, 2 secondary, 1 primary
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
