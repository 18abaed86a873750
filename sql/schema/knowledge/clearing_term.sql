-- The numbers by which regions are cleared: dates, limits, alert lines. Loaded from knowledge/clearing_term.csv.
-- touches: nothing
CREATE TABLE clearing_term (
    term VARCHAR NOT NULL,
    value VARCHAR NOT NULL, -- a decimal number as text
    unit VARCHAR NOT NULL,
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    certainty VARCHAR NOT NULL, -- general: general knowledge, to be checked against the original; illustrative: our own
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
