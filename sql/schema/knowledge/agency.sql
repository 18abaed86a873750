-- Agencies that hold service agreements. Loaded from knowledge/agency.csv.
CREATE TABLE agency (
    code VARCHAR NOT NULL,
    name_zh VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    pool VARCHAR NOT NULL,
    tile_col INTEGER NOT NULL,
    tile_row INTEGER NOT NULL
);
