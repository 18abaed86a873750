-- An item is for persons of an age. Loaded from knowledge/age_limit.csv.
CREATE TABLE age_limit (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    min_days INTEGER, -- youngest age in days, included; null: no lower bound
    max_days INTEGER, -- oldest age in days, included; null: no upper bound
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
