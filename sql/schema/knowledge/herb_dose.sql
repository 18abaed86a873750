-- Largest usual amount of a herbal piece in one dose. Loaded from knowledge/herb_dose.csv.
CREATE TABLE herb_dose (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    max_grams DECIMAL(10, 3) NOT NULL, -- grams in one dose of decoction, as the pharmacopoeia has it
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
