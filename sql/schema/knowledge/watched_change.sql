-- Changes of rules, prices or payment after which institutions are watched for what they move to. Loaded from knowledge/watched_change.csv.
-- touches: nothing
CREATE TABLE watched_change (
    kp_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, -- RULE, PRICE, PAYMENT
    title_zh VARCHAR NOT NULL, -- what changed, as pages say it
    restrains VARCHAR, -- the charge category that the change holds down; null: none of its own
    watched_days INTEGER NOT NULL, -- how long after its first day the change is watched
    note_zh VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    valid_from DATE NOT NULL, -- the first day of the change
    valid_until DATE, -- the first day no longer; null: open
    CONSTRAINT kind_known CHECK (kind IN ('RULE', 'PRICE', 'PAYMENT')), -- RULE, PRICE or PAYMENT
    CONSTRAINT category_known CHECK (restrains IS NULL OR restrains IN ('western', 'patent', 'herbal', 'material', 'laboratory', 'examination', 'treatment', 'surgery', 'nursing', 'bed', 'consultation', 'other')), -- a charge category of profile.bill
    CONSTRAINT half_a_year CHECK (watched_days BETWEEN 28 AND 184) -- 28 to 184 days
);
