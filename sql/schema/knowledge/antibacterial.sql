-- Antibacterial drugs and their grade. Loaded from knowledge/antibacterial.csv.
CREATE TABLE antibacterial (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    generic VARCHAR NOT NULL,
    grade VARCHAR NOT NULL, -- 1 unrestricted, 2 restricted, 3 special
    is_intravenous VARCHAR NOT NULL, -- 1: given into a vein
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
