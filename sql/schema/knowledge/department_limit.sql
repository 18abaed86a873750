-- An item is for certain departments; one row per department. Loaded from knowledge/department_limit.csv.
CREATE TABLE department_limit (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    dept_prefix VARCHAR NOT NULL, -- leading characters of the department code
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
