-- What of a bill an indicator of its structure counts. Loaded from knowledge/indicator_item.csv.
CREATE TABLE indicator_item (
    kp_id VARCHAR NOT NULL, -- one point has one row per part that it counts
    indicator VARCHAR NOT NULL, -- DRUG, EXAM, MATERIAL, TREATMENT, CT, MRI
    med_chrgitm_type VARCHAR NOT NULL, -- charge category
    code_prefix VARCHAR, -- first six characters of the catalogue code; null: the whole category
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
