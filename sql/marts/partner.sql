-- Settlements that share with the subject's what no two persons should: the traceability code of a pack, a
-- credential under another person number, a ward bed at the same time. `subject` (column setl_id) is supplied by the
-- library. The relation is symmetric, so it does not matter which of two came first. Withdrawn rows count here: what
-- rested on them has to be said anew too.
WITH
trace AS (
    SELECT DISTINCT TRIM(t.drug_trac_codg) AS code
    FROM settled.drug_trac_d AS t
    SEMI JOIN subject ON t.setl_id = subject.setl_id
    WHERE TRIM(t.drug_trac_codg) <> ''
),

header AS (
    SELECT
        h.setl_id,
        h.mdtrt_id,
        h.psn_no,
        h.mdtrt_cert_no_hash,
        h.begndate,
        h.enddate
    FROM settled.setl_d AS h
    SEMI JOIN subject ON h.setl_id = subject.setl_id
),

bed AS (
    SELECT DISTINCT
        v.fixmedins_code,
        v.wardarea_bed,
        h.begndate,
        h.enddate
    FROM settled.mdtrt_d AS v
    INNER JOIN header AS h ON v.mdtrt_id = h.mdtrt_id
    WHERE TRIM(v.wardarea_bed) <> ''
),

-- Materialised: DuckDB would join days with days first, every settlement with every bed.
lain AS MATERIALIZED (
    SELECT
        o.setl_id,
        v.fixmedins_code,
        v.wardarea_bed,
        o.begndate,
        o.enddate
    FROM settled.mdtrt_d AS v
    INNER JOIN settled.setl_d AS o ON v.mdtrt_id = o.mdtrt_id
    WHERE TRIM(v.wardarea_bed) <> ''
)

SELECT t.setl_id
FROM settled.drug_trac_d AS t
SEMI JOIN trace ON TRIM(t.drug_trac_codg) = trace.code
UNION
SELECT o.setl_id
FROM settled.setl_d AS o
INNER JOIN header AS h ON o.mdtrt_cert_no_hash = h.mdtrt_cert_no_hash AND o.psn_no <> h.psn_no
UNION
SELECT o.setl_id
FROM lain AS o
INNER JOIN bed AS b ON o.fixmedins_code = b.fixmedins_code AND o.wardarea_bed = b.wardarea_bed
WHERE o.begndate <= b.enddate AND o.enddate >= b.begndate
