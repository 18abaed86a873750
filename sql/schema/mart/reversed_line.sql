-- Fee lines that cancel each other inside a settlement that counts: the reversed line and its reversal. Key: bkkp_sn.
CREATE TABLE reversed_line (
    bkkp_sn VARCHAR NOT NULL,
    setl_id VARCHAR NOT NULL
);
