-- The national fund type under which a local one is cleared between regions. Loaded from knowledge/fund_map.csv.
-- touches: nothing
CREATE TABLE fund_map (
    local_type VARCHAR NOT NULL,
    national_type VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
