-- What a weighty diagnosis leaves on the bill: at least one of a point's rows. Loaded from knowledge/diagnosis_support.csv.
CREATE TABLE diagnosis_support (
    kp_id VARCHAR NOT NULL, -- one point has one row per kind of line that supports it
    icd_prefix VARCHAR NOT NULL, -- diagnoses that begin so
    code_prefix VARCHAR NOT NULL, -- catalogue codes that begin so support it
    note_zh VARCHAR NOT NULL, -- what is expected, in words
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
