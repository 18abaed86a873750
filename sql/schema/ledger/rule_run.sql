-- One row per rule and night. Key: night, rule_id.
CREATE TABLE rule_run (
    night VARCHAR NOT NULL,
    rule_id VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,
    rows_read BIGINT NOT NULL,
    findings BIGINT NOT NULL,
    seconds DOUBLE NOT NULL,
    error VARCHAR, -- null when the rule ran
    suppressed BIGINT -- findings, or parts of them, that a suppressor took away
);
