-- Credentials that a region accepts. Loaded from knowledge/credential_type.csv.
CREATE TABLE credential_type (
    kp_id VARCHAR NOT NULL,
    insu_pool VARCHAR, -- insured region, four digits; null: every region
    mdtrt_cert_type VARCHAR NOT NULL, -- 01 electronic, 02 ID card, 03 social-security card
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
