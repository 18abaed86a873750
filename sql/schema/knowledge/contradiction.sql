-- What one body cannot have one after the other. Loaded from knowledge/contradiction.csv.
CREATE TABLE contradiction (
    kp_id VARCHAR NOT NULL,
    first_kind VARCHAR NOT NULL, -- OPRN operation, DIAG diagnosis, SEX of the person
    first_code VARCHAR NOT NULL, -- codes that begin so; SEX: 1 male, 2 female
    then_kind VARCHAR NOT NULL, -- OPRN, DIAG
    then_code VARCHAR NOT NULL, -- codes that begin so
    strength VARCHAR NOT NULL, -- HARD: one is enough, SOFT: two are
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
