-- What a shared suppressor knows care by: items, departments and main diagnoses. Loaded from knowledge/excused_care.csv.
CREATE TABLE excused_care (
    kp_id VARCHAR NOT NULL,
    suppressor VARCHAR NOT NULL, -- S-DAY, S-BED, S-EMG …
    kind VARCHAR NOT NULL, -- ITEM: hilist_code; DEPARTMENT, DIAGNOSIS: what the code begins with
    code VARCHAR NOT NULL,
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
