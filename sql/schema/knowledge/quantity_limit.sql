-- At most so many of an item. Loaded from knowledge/quantity_limit.csv.
CREATE TABLE quantity_limit (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    unit VARCHAR NOT NULL, -- DAY: per day, HOUR: hours per day, VISIT: per settlement
    cap DECIMAL(10, 4) NOT NULL,
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
