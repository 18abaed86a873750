-- What the fund covers of an item ends at an amount; several rows of one point share the amount. Loaded from knowledge/payment_cap.csv.
CREATE TABLE payment_cap (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    scope VARCHAR NOT NULL, -- ITEM: per unit; STAY: per visit; YEAR: per person and year of settlement
    cap_amt DECIMAL(18, 2) NOT NULL, -- in-scope yuan
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
