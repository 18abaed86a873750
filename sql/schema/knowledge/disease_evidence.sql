-- What care for a registered disease shows. Loaded from knowledge/disease_evidence.csv.
CREATE TABLE disease_evidence (
    kp_id VARCHAR NOT NULL,
    opsp_dise_code VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- ITEM, GENERIC of drug_supply
    code VARCHAR NOT NULL, -- item code or generic
    is_required VARCHAR NOT NULL, -- 1: has to be there, 0: any one of them is enough
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
