-- Causes of injury for which somebody else may have to pay. Loaded from knowledge/injury_cause.csv.
CREATE TABLE injury_cause (
    kp_id VARCHAR NOT NULL,
    code_prefix VARCHAR NOT NULL, -- diagnosis codes that begin so
    payer VARCHAR NOT NULL, -- THIRD_PARTY, WORK_INJURY
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
