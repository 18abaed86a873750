-- What the rules of a night have found, while suppressors about findings look at it; empty between nights.
CREATE TABLE found_finding (
    finding_id VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL, -- the rule
    setl_id VARCHAR NOT NULL,
    person VARCHAR NOT NULL,
    fixmedins_code VARCHAR NOT NULL,
    subject_date DATE NOT NULL,
    month VARCHAR NOT NULL, -- of subject_date: 2026-11
    a1 DECIMAL(18, 2) NOT NULL,
    hilist_code VARCHAR -- the item of all its lines; * where they have several; null: no lines. Only S-LEARN looks at it
);
