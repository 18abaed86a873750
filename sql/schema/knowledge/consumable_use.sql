-- What a consumable is put in with, and how many. Loaded from knowledge/consumable_use.csv: rows of one kp_id are a point.
CREATE TABLE consumable_use (
    kp_id VARCHAR NOT NULL,
    -- CONSUMABLE: a product, or a class by seven or more of its first characters. One of those that it is put in with:
    -- SERVICE: an item; OPERATION: a code of the operation record, or its first characters
    role VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    max_count DECIMAL(10, 4), -- at most so many; null: no bound
    is_per_operation VARCHAR NOT NULL, -- 1: of each operation; 0: of the stay
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
