-- What is billed needs something that shows it was done. Loaded from knowledge/substitution.csv.
CREATE TABLE substitution (
    kp_id VARCHAR NOT NULL,
    billed_code VARCHAR NOT NULL,
    -- EQUIPMENT: the institution registered it; OPERATION: the visit records it; PURCHASE: the institution bought the
    -- billed product. Rows of one kp_id and need are alternatives
    needs VARCHAR NOT NULL,
    needs_code VARCHAR, -- of equipment, or the first characters of an operation; null with PURCHASE
    true_code VARCHAR, -- what it likely was; null: unknown
    true_price DECIMAL(16, 2), -- what that costs at the least; null: unknown, all of it is an upper bound
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
