-- A diagnosis or an operation is for one sex or for an age. Loaded from knowledge/diagnosis_limit.csv.
CREATE TABLE diagnosis_limit (
    kp_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- DIAGNOSIS, OPERATION
    code_prefix VARCHAR NOT NULL, -- codes that begin so
    gend VARCHAR, -- the sex it is for: 1 male, 2 female; null: both
    min_days INTEGER, -- youngest age in days, included; null: no lower bound
    max_days INTEGER, -- oldest age in days, included; null: no upper bound
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
