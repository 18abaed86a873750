-- Services for which one doctor or therapist is at the patient for so long. Loaded from knowledge/timed_item.csv.
CREATE TABLE timed_item (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    minutes INTEGER NOT NULL, -- of one person for one unit
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
