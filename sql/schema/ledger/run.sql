-- One row per run of a night. Key: run_id.
CREATE TABLE run (
    run_id VARCHAR NOT NULL,
    night VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP, -- null while it runs, or when it was killed
    status VARCHAR NOT NULL, -- running, done, failed
    detail JSON
);
