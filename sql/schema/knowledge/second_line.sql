-- A drug is paid only after one of its first-line drugs was used; one row per first-line class or drug. Loaded from knowledge/second_line.csv.
CREATE TABLE second_line (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL, -- the second-line drug
    first_line_prefix VARCHAR NOT NULL, -- a first-line drug: its code, or the leading characters that its class shares
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
