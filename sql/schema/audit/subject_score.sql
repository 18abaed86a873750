-- Model scores of institutions, doctors and rings in a month. Key: model_id, subject_id, period. Only the champion's.
CREATE TABLE subject_score (
    model_id VARCHAR NOT NULL, -- FR-11
    model_version VARCHAR NOT NULL, -- data and code fingerprint of the stored fit
    subject_kind VARCHAR NOT NULL, -- institution, doctor, network
    subject_id VARCHAR NOT NULL, -- institution code, 'institution/doctor', or a hash of the ring's members
    period VARCHAR NOT NULL, -- 2026-11
    fixmedins_code VARCHAR, -- the institution, where it is one
    score DOUBLE NOT NULL, -- higher = stranger
    percentile DOUBLE NOT NULL, -- among the peers that the champion was fitted on, 0 to 1
    peers VARCHAR NOT NULL, -- who they are, in Chinese
    peer_rows BIGINT NOT NULL,
    actual DOUBLE, -- in `unit`, where the model compares with an expectation
    expected DOUBLE,
    low DOUBLE,
    high DOUBLE,
    unit VARCHAR,
    exposure DECIMAL(18, 2) NOT NULL, -- estimated fund money concerned; never a deduction
    is_finding BOOLEAN NOT NULL,
    reasons JSON NOT NULL, -- [{"name", "text_zh", "actual", "expected", "share"}], strongest first
    members JSON NOT NULL -- settlements concerned, strongest first
);
