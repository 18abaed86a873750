-- An item is paid so often within a cycle; several rows of one point are one item. Loaded from knowledge/interval_limit.csv.
CREATE TABLE interval_limit (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    cycle_days INTEGER NOT NULL,
    max_cnt INTEGER NOT NULL, -- times within the cycle
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
