-- A herbal piece is never paid, or not when it is prescribed alone. Loaded from knowledge/herb_limit.csv.
CREATE TABLE herb_limit (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- ALWAYS: never paid; SINGLE: not paid in a prescription of such pieces only
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
