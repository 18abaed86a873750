-- Rows that were set aside. Key: table_name, package, file, row_no.
CREATE TABLE quarantine_row (
    table_name VARCHAR NOT NULL,
    package VARCHAR NOT NULL,
    file VARCHAR NOT NULL,
    row_no BIGINT NOT NULL,
    primary_key VARCHAR, -- parts joined by |; null when the row has none
    raw VARCHAR, -- the cells as text in one JSON object, identifiers hashed; null where cells cannot be told apart
    is_stopped BOOLEAN NOT NULL -- the whole table was stopped, the row itself may be sound
);

-- Why, one row per reason.
CREATE TABLE quarantine_reason (
    table_name VARCHAR NOT NULL,
    package VARCHAR NOT NULL,
    file VARCHAR NOT NULL,
    row_no BIGINT NOT NULL,
    column_name VARCHAR, -- null when the reason is not one column
    rule VARCHAR NOT NULL, -- type, not_null, codes, prefix, format, range, ragged, stopped, or a named check
    value VARCHAR,
    message VARCHAR NOT NULL
);
