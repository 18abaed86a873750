-- An item is for certain diseases; one row per disease. Loaded from knowledge/indication.csv.
CREATE TABLE indication (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    icd_prefix VARCHAR, -- leading characters of a diagnosis that fits; null where the row names a registered disease
    opsp_dise_code VARCHAR, -- registered chronic or special disease that fits; null where the row names a diagnosis
    purpose VARCHAR NOT NULL, -- PAYMENT: paid for these only; CLINICAL: of use for these only
    is_sufficient VARCHAR NOT NULL, -- 1: the diagnosis alone decides; 0: records must be seen
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
