-- The views that the kept profiles were computed by: another one makes all of them stale. At most one row.
CREATE TABLE made_by (
    fingerprint VARCHAR NOT NULL -- lianshen.anomaly.features.features_fingerprint of those that keep profiles
);
