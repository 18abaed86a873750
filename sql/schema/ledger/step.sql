-- One row per step of a run. Key: run_id, step.
CREATE TABLE step (
    run_id VARCHAR NOT NULL,
    step VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    seconds DOUBLE NOT NULL,
    status VARCHAR NOT NULL, -- done, failed
    detail JSON
);
