-- Diseases and operations that wait for a date. Loaded from knowledge/elective.csv.
CREATE TABLE elective (
    kp_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- DIAG, OPRN
    code_prefix VARCHAR NOT NULL, -- codes that begin so
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
