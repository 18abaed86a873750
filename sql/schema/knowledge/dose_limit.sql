-- How much of an active substance the label allows per day. Loaded from knowledge/dose_limit.csv: one row per product.
CREATE TABLE dose_limit (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    substance VARCHAR NOT NULL, -- products of one substance are added up
    unit VARCHAR NOT NULL, -- of the two doses, for people: mg, g, IU
    dose_per_unit DECIMAL(14, 4) NOT NULL, -- dose in one billed unit (box, ampoule)
    max_daily_dose DECIMAL(14, 4) NOT NULL, -- highest dose of a day by the label
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
