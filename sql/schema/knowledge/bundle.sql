-- A service that is billed once for several components. Loaded from knowledge/bundle.csv: one row per component.
CREATE TABLE bundle (
    kp_id VARCHAR NOT NULL,
    bundle_code VARCHAR NOT NULL,
    component_code VARCHAR NOT NULL,
    min_components INTEGER, -- so many different ones stand for the bundle; null: the rule's share of all
    price DECIMAL(16, 2) NOT NULL, -- highest price of the bundle, in yuan
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
