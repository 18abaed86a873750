-- A drug makes sense only beside a service. Loaded from knowledge/companion.csv: several rows of one kp_id are one point.
CREATE TABLE companion (
    kp_id VARCHAR NOT NULL,
    role VARCHAR NOT NULL, -- DRUG: what needs something beside it; SERVICE: one of those that will do
    hilist_code VARCHAR NOT NULL,
    window_days INTEGER NOT NULL, -- days before and after the drug in which the service may lie
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
