-- Services of one group done together are charged at a share of the price from the second on. Loaded from knowledge/discount_group.csv.
CREATE TABLE discount_group (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    op_group VARCHAR NOT NULL, -- operations through one incision, or tests of one sample
    percent INTEGER NOT NULL, -- of the ceiling for the second and every later one
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
