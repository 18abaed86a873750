-- Which care a filing of each type may be used for. Loaded from knowledge/filing_use.csv.
CREATE TABLE filing_use (
    filing_type VARCHAR NOT NULL,
    care VARCHAR NOT NULL, -- IPT, OPSP: the groups that need a filing
    med_type VARCHAR, -- first two digits where only these are meant; null: the rest of the group
    use VARCHAR NOT NULL, -- ALLOWED, NOT_ALLOWED, AFTER_STAY (follows a stay under the same filing for the same disease)
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- first day no longer; null: open
);
