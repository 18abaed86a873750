-- What a group of items has in common, where a rule asks for the group. Loaded from knowledge/item_family.csv.
CREATE TABLE item_family (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    family VARCHAR NOT NULL, -- INFUSION, SERIAL, PHYSIOTHERAPY, ASSESSMENT, TUMOUR_MARKER, INPATIENT_ONLY
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
