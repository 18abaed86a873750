-- One row per table of a package. Key: package, table_name.
CREATE TABLE delivery (
    package VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    mode VARCHAR NOT NULL, -- delta, snapshot
    rows BIGINT NOT NULL, -- as the manifest says
    unread_rows BIGINT NOT NULL, -- rows of a table whose files could not be read; they count as set aside
    stopped VARCHAR, -- why nothing of the table was taken; null when it was taken
    unknown_columns VARCHAR[] NOT NULL, -- columns that were ignored
    restored JSON NOT NULL -- {"hosp_lv": 12}: codes that had lost their zeros
);

-- Control sums of a table of a package. Key: package, table_name, column_name.
CREATE TABLE delivery_control (
    package VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    column_name VARCHAR NOT NULL,
    declared DECIMAL(38, 10), -- the sender's sum; null when the manifest has none
    found DECIMAL(38, 10), -- the sum over all rows of the files; null when they could not be read
    unread DECIMAL(38, 10) NOT NULL -- part of the received sum that no stored row carries
);
