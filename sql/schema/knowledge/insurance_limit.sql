-- An item is payable by one insurance only; several rows, one each, where several may pay. Loaded from knowledge/insurance_limit.csv.
CREATE TABLE insurance_limit (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    only_insutype VARCHAR NOT NULL, -- 410 work injury, 510 maternity
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
