-- How often a main diagnosis and a main operation stand together. Loaded from knowledge/diagnosis_operation.csv.
CREATE TABLE diagnosis_operation (
    kp_id VARCHAR NOT NULL,
    icd3 VARCHAR NOT NULL, -- category of the main diagnosis
    oprn2 VARCHAR NOT NULL, -- first two digits of the main operation
    per_100000 DECIMAL(10, 2) NOT NULL, -- of 100,000 stays with an operation
    lift DECIMAL(10, 4) NOT NULL, -- how much more often than if the two had nothing to do with each other
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
