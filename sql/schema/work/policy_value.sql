-- The policy packs as rows for rules: each leaf of each value of each pool, half open. Written by recompute.
CREATE TABLE policy_value (
    pool VARCHAR NOT NULL, -- first four digits of the insured region
    parameter VARCHAR NOT NULL, -- inpatient.deductible, practice.claim_days …
    key VARCHAR NOT NULL, -- keys of the leaf joined by '.', empty where the value is one number; a member of a list
    valid_from DATE NOT NULL,
    valid_until DATE NOT NULL, -- half open, 9999-12-31 where it still holds
    value VARCHAR NOT NULL, -- as written in the pack
    number DECIMAL(18, 4), -- the same as a number: yuan, share, points, days; null for a word
    rank VARCHAR NOT NULL, -- national, provincial, city
    source VARCHAR NOT NULL
);
