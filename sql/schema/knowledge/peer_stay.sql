-- How stays for one disease in hospitals of one level are distributed. Loaded from knowledge/peer_stay.csv.
CREATE TABLE peer_stay (
    kp_id VARCHAR NOT NULL,
    icd3 VARCHAR NOT NULL, -- first three characters of the main diagnosis; *: every disease, where it has no row of its own
    lmtpric_hosp_lv VARCHAR NOT NULL,
    cases INTEGER NOT NULL, -- stays that it was counted over
    fee_p25 DECIMAL(18, 2) NOT NULL, -- a quarter of the stays cost less
    day_fee_p25 DECIMAL(18, 2) NOT NULL, -- ... less per day
    los_p95 INTEGER NOT NULL, -- one in twenty lasts longer
    los_p99 INTEGER NOT NULL, -- one in a hundred lasts longer
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
