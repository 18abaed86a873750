-- What the checks said of each package. Key: package, table_name, column_name, check_name.
CREATE TABLE quality (
    package VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    column_name VARCHAR, -- null for a check of the row or of the table
    check_name VARCHAR NOT NULL,
    severity VARCHAR NOT NULL, -- set_aside, warn, stop
    passed BOOLEAN NOT NULL,
    rows_seen BIGINT NOT NULL,
    rows_failed BIGINT NOT NULL,
    detail JSON
);
