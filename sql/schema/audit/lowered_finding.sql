-- Findings whose severity experience lowered to the lowest (S-LEARN), and what their rule had said. Key: finding_id.
CREATE TABLE lowered_finding (
    finding_id VARCHAR NOT NULL PRIMARY KEY, -- in audit.finding, with severity 1
    suppressor VARCHAR NOT NULL,
    reason VARCHAR NOT NULL, -- in Chinese: asks for the rule to be looked at
    found_severity INTEGER NOT NULL -- as the rule said
);
