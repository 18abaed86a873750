-- An item is for children only, or not for children. Loaded from knowledge/child_limit.csv.
CREATE TABLE child_limit (
    kp_id VARCHAR NOT NULL,
    hilist_code VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- ONLY: for children; FORBIDDEN: not for children; TUBE: shows that the patient is fed by tube
    below_years INTEGER, -- a child has completed fewer years than this; null: as many as the rule says
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE -- the first day no longer; null: open
);
