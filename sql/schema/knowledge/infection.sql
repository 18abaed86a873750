-- Diagnoses that justify treating an infection. Loaded from knowledge/infection.csv.
CREATE TABLE infection (
    kp_id VARCHAR NOT NULL,
    icd_prefix VARCHAR NOT NULL, -- diagnoses that begin so
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
