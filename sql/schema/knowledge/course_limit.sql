-- An item is paid for so many days of a course; several rows of one point share the days. Loaded from knowledge/course_limit.csv.
CREATE TABLE course_limit (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    max_days INTEGER NOT NULL, -- days on which it is paid
    scope VARCHAR NOT NULL, -- STAY: one visit; EPISODE: visits of one disease without a long gap; YEAR: any twelve months
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
