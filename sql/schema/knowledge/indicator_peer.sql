-- How peers stand in a monitored indicator, as published for a period. Loaded from knowledge/indicator_peer.csv.
CREATE TABLE indicator_peer (
    kp_id VARCHAR NOT NULL,
    indicator VARCHAR NOT NULL, -- those of indicator_item, INFECTION, READMISSION
    setting VARCHAR NOT NULL, -- IPT stays, OTP visits
    lmtpric_hosp_lv VARCHAR NOT NULL, -- level of the peers: 1, 2, 3
    median DECIMAL(10, 6) NOT NULL, -- share, of fees or of stays
    mad DECIMAL(10, 6) NOT NULL, -- median of the distances from it
    p95 DECIMAL(10, 6) NOT NULL,
    providers INTEGER NOT NULL, -- how many peers these are
    least_cases INTEGER NOT NULL, -- fewer stays or visits of a month have no share worth comparing
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
