-- Examinations whose results other hospitals recognise. Loaded from knowledge/exam_class.csv.
CREATE TABLE exam_class (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    class_code VARCHAR NOT NULL, -- kind of examination and part of the body
    window_days INTEGER NOT NULL, -- days for which a result stands
    is_recognised VARCHAR NOT NULL, -- 1: on the list of mutual recognition
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
