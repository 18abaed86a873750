-- Chronic and special diseases that are settled directly across provinces. Loaded from knowledge/cross_province_disease.csv.
CREATE TABLE cross_province_disease (
    opsp_dise_code VARCHAR NOT NULL,
    name_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- first day no longer; null: open
);
