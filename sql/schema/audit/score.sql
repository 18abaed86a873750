-- Model scores. Key: model_id, setl_id. Only the champion's score of each settlement is kept.
CREATE TABLE score (
    model_id VARCHAR NOT NULL, -- MD-11
    model_version VARCHAR NOT NULL, -- data and code fingerprint of the stored fit
    setl_id VARCHAR NOT NULL,
    score DOUBLE NOT NULL, -- higher = stranger
    expected DECIMAL(18, 2), -- expected amount where the model has one
    low DECIMAL(18, 2),
    high DECIMAL(18, 2),
    actual DECIMAL(18, 2),
    reasons JSON NOT NULL, -- [{"name": …, "actual": …, "expected": …}], strongest first
    percentile DOUBLE -- among the peers that the champion was fitted on, 0 to 1; null where a model gives none
);
