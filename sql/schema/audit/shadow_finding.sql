-- Findings of rules in shadow: counted and kept for a reviewer's sample, never shown in a queue. Columns as audit.finding.
CREATE TABLE shadow_finding (
    finding_id VARCHAR NOT NULL PRIMARY KEY, -- lianshen.findings.finding_id(source_id, setl_id, linked_setl_id)
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
    counted_a2 DECIMAL(18, 2), -- share of a2 that this finding carries when each yuan is counted once
    exposure DECIMAL(18, 2) NOT NULL, -- estimated, shown apart
    is_provisional BOOLEAN NOT NULL,
    because JSON NOT NULL -- the numbers that made it a finding: {"name": value}
);
