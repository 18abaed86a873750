-- The days that half of the stays for a disease do not exceed. Loaded from knowledge/typical_stay.csv.
CREATE TABLE typical_stay (
    kp_id VARCHAR NOT NULL,
    icd3 VARCHAR NOT NULL,
    days INTEGER NOT NULL,
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
