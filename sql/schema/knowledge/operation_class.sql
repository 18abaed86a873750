-- What kind of procedure an operation code is. Loaded from knowledge/operation_class.csv; the longest prefix holds.
CREATE TABLE operation_class (
    kp_id VARCHAR NOT NULL,
    code_prefix VARCHAR NOT NULL, -- operation codes that begin so
    class VARCHAR NOT NULL, -- SURGERY: charged as an operation; INTERVENTION, ENDOSCOPY, OTHER: may stand under treatment
    prophylaxis_days INTEGER, -- days after a clean operation of this kind that prophylaxis may last; null: the usual ones
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
