-- What became of findings in cases that are closed, mirrored at the beginning of a night. Key: finding_id, hilist_code.
CREATE TABLE verdict (
    finding_id VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL, -- the rule
    fixmedins_code VARCHAR NOT NULL,
    hilist_code VARCHAR, -- the item of the line; null where the finding has no fee lines
    decided_on DATE NOT NULL, -- the day on which the case was closed
    is_upheld BOOLEAN NOT NULL -- something was determined for it
);
