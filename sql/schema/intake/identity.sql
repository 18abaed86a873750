-- Fingerprint of the key under which identifiers are hashed; one row once the first package was staged.
CREATE TABLE identity (
    fingerprint VARCHAR NOT NULL
);
