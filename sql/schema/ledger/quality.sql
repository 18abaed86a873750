-- What each quality check found in each package; replaced when the package is checked again.
-- Key: package, table_name, code.
CREATE TABLE quality (
    package VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    code VARCHAR NOT NULL, -- unique in its table
    column_name VARCHAR, -- null where the check compares columns, tables or packages
    severity VARCHAR NOT NULL, -- stop: the table; set_aside: the rows; warn and info: counted
    title_zh VARCHAR NOT NULL,
    title_en VARCHAR NOT NULL,
    expectation VARCHAR NOT NULL, -- the Great Expectations type that decided, or: reader, sql
    evaluated BIGINT NOT NULL, -- rows, or subjects of a check of the whole package
    unexpected BIGINT NOT NULL,
    passed BOOLEAN NOT NULL, -- a check of a share may pass with some unexpected
    sample JSON NOT NULL -- the first few: [{"file", "row", "value"}] or [{"subject", "value"}]
);
