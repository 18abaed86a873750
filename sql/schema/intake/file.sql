-- Files of the packages, as their manifests list them. Key: package, file.
CREATE TABLE file (
    package VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    file VARCHAR NOT NULL,
    rows BIGINT NOT NULL,
    sha256 VARCHAR NOT NULL
);
