-- What models of institutions, doctors, persons and rings know of a settlement: one row per settlement that counts and
-- has lines. Key: setl_id. Kept up to date by lianshen.anomaly.profiles; amounts in fen.
CREATE TABLE bill (
    setl_id VARCHAR NOT NULL,
    mdtrt_id VARCHAR NOT NULL,
    setl_date DATE NOT NULL,
    setl_month VARCHAR NOT NULL, -- 2026-11
    settled_at TIMESTAMP NOT NULL,
    begndate DATE NOT NULL,
    enddate DATE NOT NULL,
    los_days INTEGER NOT NULL,
    person VARCHAR NOT NULL,
    sex VARCHAR,
    age INTEGER,
    insutype VARCHAR NOT NULL,
    insu_admdvs VARCHAR NOT NULL,
    insu_pool VARCHAR NOT NULL,
    fixmedins_code VARCHAR NOT NULL,
    fixmedins_type VARCHAR, -- 1 hospital or clinic, 2 drugstore
    level VARCHAR NOT NULL, -- TERTIARY, SECONDARY, PRIMARY, UNGRADED, DRUGSTORE
    treating_agency VARCHAR NOT NULL,
    treat_pool VARCHAR NOT NULL,
    scope VARCHAR NOT NULL, -- LOCAL, IN_PROV, CROSS_PROV
    care VARCHAR NOT NULL, -- IPT, OTP, ER, OPSP, RX, MAT, OTHER
    med_type VARCHAR NOT NULL,
    icd3 VARCHAR,
    chapter VARCHAR, -- of ICD-10, by its first letter or two
    operation VARCHAR, -- first four characters of the main operation
    department VARCHAR, -- of discharge, else of admission
    doctor VARCHAR, -- whose orders cost most
    n_doctors INTEGER NOT NULL,
    n_lines INTEGER NOT NULL,
    n_items INTEGER NOT NULL, -- different items
    n_tests INTEGER NOT NULL, -- lines of laboratory and examination
    n_drugs INTEGER NOT NULL, -- different drugs
    cost_fen BIGINT NOT NULL,
    fund_fen BIGINT NOT NULL,
    cash_fen BIGINT NOT NULL,
    western_fen BIGINT NOT NULL,
    patent_fen BIGINT NOT NULL,
    herbal_fen BIGINT NOT NULL,
    material_fen BIGINT NOT NULL,
    laboratory_fen BIGINT NOT NULL,
    examination_fen BIGINT NOT NULL,
    treatment_fen BIGINT NOT NULL,
    surgery_fen BIGINT NOT NULL,
    nursing_fen BIGINT NOT NULL,
    bed_fen BIGINT NOT NULL,
    consultation_fen BIGINT NOT NULL,
    other_fen BIGINT NOT NULL -- what the lines amount to beyond the categories
);
