-- Days after an insurance relation was paused for which care is still covered. Loaded from knowledge/insurance_grace.csv.
CREATE TABLE insurance_grace (
    kp_id VARCHAR NOT NULL,
    insu_pool VARCHAR, -- insured region, four digits; null: every region
    insutype VARCHAR NOT NULL,
    days INTEGER NOT NULL,
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
