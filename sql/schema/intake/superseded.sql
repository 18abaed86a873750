-- Rows that a newer version of the same key has replaced. Key: table_name, package, file, row_no.
CREATE TABLE superseded (
    table_name VARCHAR NOT NULL,
    package VARCHAR NOT NULL,
    file VARCHAR NOT NULL,
    row_no BIGINT NOT NULL,
    primary_key VARCHAR NOT NULL,
    amounts JSON -- its numbers, so that the control sums still close; null for tables without any
);
