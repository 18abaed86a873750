-- Drugs of one class: which are the same treatment twice, which are injections of Chinese medicine. Loaded from knowledge/drug_class.csv.
CREATE TABLE drug_class (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    generic VARCHAR NOT NULL,
    class_code VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- DUPLICATE: two generics of the class are one treatment twice; TCM_INJECTION
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
