-- Provinces by the first two digits of their region codes (GB/T 2260). Loaded from knowledge/province.csv.
-- touches: nothing
CREATE TABLE province (
    code VARCHAR NOT NULL,
    name_zh VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL
);
