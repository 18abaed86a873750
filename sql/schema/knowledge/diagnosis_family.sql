-- What a group of diagnoses has in common, where a rule asks for the group. Loaded from knowledge/diagnosis_family.csv.
CREATE TABLE diagnosis_family (
    kp_id VARCHAR NOT NULL,
    icd_prefix VARCHAR NOT NULL, -- first characters of the diagnosis code
    family VARCHAR NOT NULL, -- LOW_ACUITY, WORKUP, TUMOUR_SUSPECTED
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
