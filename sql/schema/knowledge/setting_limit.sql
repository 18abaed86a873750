-- An item is for certain settings of care; one row per setting that is allowed. Loaded from knowledge/setting_limit.csv.
CREATE TABLE setting_limit (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    setting VARCHAR NOT NULL, -- OTP, ER, OPSP, IPT, DAY (day surgery), RX, MAT, NET (over the internet)
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
