-- At most so many days of a drug at once, by setting and class of drug. Loaded from knowledge/supply_limit.csv.
CREATE TABLE supply_limit (
    kp_id VARCHAR NOT NULL,
    care VARCHAR NOT NULL, -- OTP, ER, OPSP, RX as in settlement; DISCHARGE: drugs taken home from a stay
    hilist_prefix VARCHAR NOT NULL, -- leading characters of the codes; the longest that fits decides
    max_days DECIMAL(6, 2) NOT NULL,
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
