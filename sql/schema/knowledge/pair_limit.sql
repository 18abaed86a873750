-- Two items that do not go together on a bill. Loaded from knowledge/pair_limit.csv.
CREATE TABLE pair_limit (
    kp_id VARCHAR NOT NULL,
    -- INCLUDED: b is part of service a; CONSUMABLE: the price of a includes consumable b; SEPARATE: it excludes b
    kind VARCHAR NOT NULL,
    code_a VARCHAR NOT NULL,
    -- an item; of CONSUMABLE and SEPARATE also a class of consumables: the first characters of their codes
    code_b VARCHAR NOT NULL,
    scope VARCHAR NOT NULL, -- SAME_DAY or VISIT
    is_one_to_one VARCHAR NOT NULL, -- 1: one a includes one b; 0: any number
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
