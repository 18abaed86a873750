-- Findings about an institution that a mute keeps back: with its reason, shown to nobody, counted. Columns as audit.subject_finding.
CREATE TABLE suppressed_subject_finding (
    finding_id VARCHAR NOT NULL PRIMARY KEY, -- lianshen.findings.finding_id(source_id, subject_id/period, setl_id)
    source_id VARCHAR NOT NULL, -- CL-01 …
    source_version INTEGER NOT NULL,
    fingerprint VARCHAR NOT NULL,
    certainty VARCHAR NOT NULL, -- definite, suspicious
    severity INTEGER NOT NULL, -- 3 high, 2 medium, 1 low
    subject_kind VARCHAR NOT NULL, -- institution, doctor, region
    subject_id VARCHAR NOT NULL, -- institution code, institution/doctor, or region code of six digits
    period VARCHAR NOT NULL, -- day, month or year: 2026-11-20, 2026-11, 2026
    setl_id VARCHAR, -- the settlement that it is about, where it is one
    agency VARCHAR NOT NULL, -- agency that has to act; 510000 when it lies in another province
    insu_pool VARCHAR, -- whose fund the money belongs to, where that is one
    as_of DATE NOT NULL, -- the day up to which limits were counted
    a0 DECIMAL(18, 2) NOT NULL, -- gross
    a1 DECIMAL(18, 2) NOT NULL, -- in scope
    a2 DECIMAL(18, 2), -- fund at issue, signed
    exposure DECIMAL(18, 2) NOT NULL, -- estimated, shown apart
    suppressor VARCHAR NOT NULL, -- MUTE
    reason VARCHAR NOT NULL, -- in Chinese, as the mute gave it
    because JSON NOT NULL -- the facts of the weightiest row: {"because_…": value}
);
