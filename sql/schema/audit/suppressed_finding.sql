-- What a rule found and a suppressor excused: kept with code and reason, shown to nobody, counted. Columns as audit.finding.
-- Key: finding_id, suppressor. A finding of several lines may be excused in part: the rest of it is in audit.finding.
CREATE TABLE suppressed_finding (
    finding_id VARCHAR NOT NULL, -- lianshen.findings.finding_id(source_id, setl_id, linked_setl_id)
    suppressor VARCHAR NOT NULL, -- S-DAY …
    reason VARCHAR NOT NULL, -- in Chinese, as the suppressor gave it
    source_id VARCHAR NOT NULL, -- PL-04 …
    source_version INTEGER NOT NULL,
    fingerprint VARCHAR NOT NULL,
    certainty VARCHAR NOT NULL, -- definite, suspicious
    severity INTEGER NOT NULL, -- 3 high, 2 medium, 1 low
    level VARCHAR NOT NULL, -- line, settlement, patient-episode, network, provider
    setl_id VARCHAR NOT NULL,
    linked_setl_id VARCHAR,
    person VARCHAR NOT NULL,
    fixmedins_code VARCHAR NOT NULL,
    treating_agency VARCHAR NOT NULL,
    insu_admdvs VARCHAR NOT NULL,
    subject_date DATE NOT NULL, -- the date that chose rule and policy values
    a0 DECIMAL(18, 2) NOT NULL, -- gross
    a1 DECIMAL(18, 2) NOT NULL, -- in scope
    a2 DECIMAL(18, 2), -- fund at issue, signed; null until priced
    exposure DECIMAL(18, 2) NOT NULL, -- estimated, shown apart
    is_provisional BOOLEAN NOT NULL,
    because JSON NOT NULL -- the numbers that made it a finding: {"name": value}
);
