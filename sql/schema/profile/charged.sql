-- What an inpatient was charged, item by item: one row per inpatient settlement that counts and has lines. Key: setl_id.
-- Kept up to date by lianshen.anomaly.profiles. `item` stands for the item's code (hash: sql/features/item_name.sql),
-- `kind` is its charge type (med_chrgitm_type) as a number, `fen` what all its `lines` amount to.
CREATE TABLE charged (
    setl_id VARCHAR NOT NULL,
    items STRUCT (item BIGINT, kind UTINYINT, lines INTEGER, fen BIGINT)[] NOT NULL
);
