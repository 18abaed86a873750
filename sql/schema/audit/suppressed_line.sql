-- The fee lines of a suppressed finding. Key: finding_id, suppressor, bkkp_sn.
CREATE TABLE suppressed_line (
    finding_id VARCHAR NOT NULL,
    suppressor VARCHAR NOT NULL,
    bkkp_sn VARCHAR NOT NULL,
    setl_id VARCHAR NOT NULL,
    a0 DECIMAL(18, 2) NOT NULL,
    a1 DECIMAL(18, 2) NOT NULL,
    because JSON NOT NULL
);
