-- A dear drug that is bought like a food supplement. Loaded from knowledge/supplement_like.csv.
CREATE TABLE supplement_like (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
