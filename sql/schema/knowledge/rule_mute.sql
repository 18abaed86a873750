-- A rule is silent about an institution, an item, or an item at an institution, for a time and a reason. Loaded from knowledge/rule_mute.csv.
CREATE TABLE rule_mute (
    rule_id VARCHAR NOT NULL,
    fixmedins_code VARCHAR, -- null: every institution
    hilist_code VARCHAR, -- null: every item
    reason_zh VARCHAR NOT NULL,
    muted_by VARCHAR NOT NULL,
    valid_from DATE NOT NULL, -- first day of the rule's own date that is silent
    valid_until DATE NOT NULL, -- the first day no longer; at most 366 days after the first
    CONSTRAINT names_something CHECK (fixmedins_code IS NOT NULL OR hilist_code IS NOT NULL), -- names an institution, an item or both
    CONSTRAINT a_year_at_most CHECK (DATE_DIFF('day', valid_from, valid_until) BETWEEN 1 AND 366) -- lasts 1 to 366 days
);
