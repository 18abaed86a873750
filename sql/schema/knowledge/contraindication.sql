-- What must not be given to whom, or with what. Loaded from knowledge/contraindication.csv.
CREATE TABLE contraindication (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- DIAGNOSIS, AGE, PREGNANCY, COMBINED
    icd_prefix VARCHAR, -- DIAGNOSIS: first characters of a diagnosis of the visit
    min_days INTEGER, -- AGE: from so many days old, included; null: no lower bound
    max_days INTEGER, -- AGE: to so many days old, included; null: no upper bound
    other_code VARCHAR, -- COMBINED: the item that it must not be given with on one day
    level VARCHAR NOT NULL, -- FORBIDDEN, CAUTION
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
