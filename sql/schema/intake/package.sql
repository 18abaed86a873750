-- Packages that were settled in. Key: package (the folder's name).
CREATE TABLE package (
    package VARCHAR NOT NULL,
    business_date DATE NOT NULL,
    sequence INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    manifest_sha256 VARCHAR NOT NULL
);
