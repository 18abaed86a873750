-- Which scope of practice a department needs. Loaded from knowledge/practice_scope.csv.
CREATE TABLE practice_scope (
    kp_id VARCHAR NOT NULL, -- one point has one row per scope that will do
    dept_prefix VARCHAR NOT NULL, -- department codes that begin so
    scope_code VARCHAR NOT NULL, -- dr_prac_scp_code of the doctors' register
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
