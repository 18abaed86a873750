-- How far each period has moved from what the champion was fitted on, and how often it was right.
-- Key: model_id, model_version, period, kind, name.
CREATE TABLE model_drift (
    model_id VARCHAR NOT NULL,
    model_version VARCHAR NOT NULL, -- the champion of the night that measured
    period VARCHAR NOT NULL, -- 2026-W45 (from Monday) for settlements, 2026-11 for institutions, doctors and rings
    kind VARCHAR NOT NULL, -- feature, score, precision
    name VARCHAR NOT NULL, -- the feature, or the kind again
    n_rows BIGINT NOT NULL, -- rows looked at; of precision: findings decided, the strangest up to the capacity
    value DOUBLE NOT NULL, -- PSI against training; of precision: share of them that was upheld
    noise DOUBLE, -- 95 % point of the PSI that chance alone gives
    low DOUBLE, -- of precision: bounds of 95 % (Wilson)
    high DOUBLE
);
