"""The queries that hold what was found against the answer key."""

from __future__ import annotations

GROUPS = """
CREATE OR REPLACE TEMP TABLE evaluated_group AS
WITH member AS (
    -- What is said of an institution or a region in a period names that first, and the settlement beside it, if any.
    SELECT rule_id, group_id, setl_id FROM evaluated_planted WHERE period IS NULL
    UNION
    SELECT rule_id, group_id, linked_setl_id AS setl_id FROM evaluated_planted WHERE linked_setl_id IS NOT NULL
)
SELECT
    p.rule_id,
    p.group_id,
    BOOL_OR(p.kind = 'fault') AS is_fault,
    BOOL_OR(p.kind = 'look_alike') AS is_look_alike,
    -- A fault counts when every settlement that it needs was received and is in force, or was taken back.
    (
        SELECT COALESCE(BOOL_AND(COALESCE(s.counts OR s.is_reversal OR s.is_reversed, FALSE)), TRUE)
        FROM member AS m
        LEFT JOIN mart.settlement AS s ON m.setl_id = s.setl_id
        WHERE m.rule_id = p.rule_id AND m.group_id = p.group_id
    ) AS is_received,
    (
        SELECT LIST(DISTINCT m.setl_id) FROM member AS m
        WHERE m.rule_id = p.rule_id AND m.group_id = p.group_id
    ) AS members
FROM evaluated_planted AS p
GROUP BY p.rule_id, p.group_id
"""

SCHEMES = """
CREATE OR REPLACE TEMP TABLE evaluated_scheme AS SELECT setl_id, institution FROM READ_PARQUET($file)
"""
NO_SCHEMES = "CREATE OR REPLACE TEMP TABLE evaluated_scheme (setl_id VARCHAR, institution VARCHAR)"

HITS = """
CREATE OR REPLACE TEMP TABLE evaluated_hit AS
WITH member AS (
    SELECT g.rule_id, g.group_id, g.is_fault, g.is_look_alike, UNNEST(g.members) AS setl_id
    FROM evaluated_group AS g
)
SELECT
    f.finding_id,
    f.source_id AS rule_id,
    f.setl_id,
    f.a2,
    LIST(DISTINCT m.group_id) FILTER (WHERE m.is_fault) AS fault_groups,
    LIST(DISTINCT m.group_id) FILTER (WHERE m.is_look_alike AND NOT m.is_fault) AS look_alike_groups,
    -- The answer key says only that the rule may have something to say about it; of a scheme it says no more.
    COALESCE(BOOL_OR(NOT m.is_look_alike AND NOT m.is_fault), FALSE) OR (
        BOOL_AND(m.group_id IS NULL)
        AND (
            f.setl_id IN (SELECT x.setl_id FROM evaluated_scheme AS x)
            OR COALESCE(f.linked_setl_id IN (SELECT x.setl_id FROM evaluated_scheme AS x), FALSE)
        )
    ) AS is_explained
FROM audit.finding AS f
LEFT JOIN member AS m ON f.source_id = m.rule_id AND m.setl_id IN (f.setl_id, f.linked_setl_id)
WHERE f.source_id IN (SELECT p.rule_id FROM evaluated_planted AS p)
GROUP BY f.finding_id, f.source_id, f.setl_id, f.linked_setl_id, f.a2
UNION ALL
SELECT
    f.finding_id,
    f.source_id AS rule_id,
    COALESCE(f.setl_id, f.subject_id || ' ' || f.period) AS setl_id,
    f.a2,
    LIST(DISTINCT g.group_id) FILTER (WHERE g.is_fault) AS fault_groups,
    LIST(DISTINCT g.group_id) FILTER (WHERE g.is_look_alike AND NOT g.is_fault) AS look_alike_groups,
    -- A row was set aside on receipt: the difference is there, though nobody planted it.
    COALESCE(BOOL_OR(NOT g.is_look_alike AND NOT g.is_fault), FALSE) OR (
        BOOL_AND(g.group_id IS NULL)
        AND (
            COALESCE(f.setl_id IN (SELECT x.setl_id FROM evaluated_scheme AS x), FALSE)
            OR (f.setl_id IS NULL AND f.subject_id IN (SELECT x.institution FROM evaluated_scheme AS x))
        )
    ) AS is_explained
FROM audit.subject_finding AS f
LEFT JOIN evaluated_planted AS p
    ON
        f.source_id = p.rule_id AND p.period IS NOT NULL AND f.subject_id = p.setl_id
        AND (
            f.setl_id = p.linked_setl_id
            OR (f.period = p.period AND (f.setl_id IS NULL OR p.linked_setl_id IS NULL))
        )
LEFT JOIN evaluated_group AS g ON p.rule_id = g.rule_id AND p.group_id = g.group_id
WHERE f.source_id IN (SELECT k.rule_id FROM evaluated_planted AS k)
GROUP BY f.finding_id, f.source_id, f.setl_id, f.subject_id, f.period, f.a2
"""

RULES = """
WITH planted AS (
    SELECT
        g.rule_id,
        COUNT(*) FILTER (WHERE g.is_fault AND g.is_received) AS planted,
        COUNT(*) FILTER (WHERE g.is_fault AND NOT g.is_received) AS not_received,
        COUNT(*) FILTER (WHERE g.is_look_alike AND NOT g.is_fault) AS look_alikes
    FROM evaluated_group AS g
    GROUP BY g.rule_id
),

found AS (
    SELECT
        h.rule_id,
        COUNT(DISTINCT h.finding_id) AS findings,
        COUNT(DISTINCT h.finding_id) FILTER (WHERE h.fault_groups IS NULL AND NOT h.is_explained) AS false_positives
    FROM evaluated_hit AS h
    GROUP BY h.rule_id
),

caught AS (
    SELECT g.rule_id, COUNT(DISTINCT g.group_id) AS found
    FROM evaluated_group AS g
    WHERE g.is_fault AND g.is_received AND EXISTS (
        SELECT 1 FROM evaluated_hit AS h WHERE h.rule_id = g.rule_id AND LIST_CONTAINS(h.fault_groups, g.group_id)
    )
    GROUP BY g.rule_id
),

flagged AS (
    SELECT rule_id, COUNT(DISTINCT group_id) AS look_alikes_flagged
    FROM (
        SELECT h.rule_id, UNNEST(h.look_alike_groups) AS group_id FROM evaluated_hit AS h WHERE NOT h.is_explained
    ) AS u
    GROUP BY rule_id
),

priced AS (
    SELECT
        p.rule_id,
        COUNT(*) AS priced,
        COUNT(*) FILTER (WHERE f.a2 = CAST(p.a2_fen AS DECIMAL(18, 0)) / 100) AS priced_exactly
    FROM evaluated_planted AS p
    INNER JOIN (
        SELECT source_id, setl_id AS about, SUM(a2) AS a2 FROM audit.finding GROUP BY source_id, setl_id
        UNION ALL
        SELECT source_id, COALESCE(setl_id, subject_id || ' ' || period) AS about, SUM(a2) AS a2
        FROM audit.subject_finding
        GROUP BY ALL
    ) AS f
        ON
            p.rule_id = f.source_id
            AND f.about = CASE
                WHEN p.period IS NULL THEN p.setl_id
                ELSE COALESCE(p.linked_setl_id, p.setl_id || ' ' || p.period)
            END
    WHERE p.kind = 'fault' AND p.a2_fen IS NOT NULL
    GROUP BY p.rule_id
),

explained AS (
    SELECT
        p.rule_id,
        COUNT(*) AS attributed,
        COUNT(*) FILTER (WHERE r.cause = p.expected_cause) AS attributed_rightly
    FROM evaluated_planted AS p
    INNER JOIN audit.recomputed AS r ON p.setl_id = r.setl_id
    WHERE p.kind = 'fault' AND p.expected_cause IS NOT NULL
    GROUP BY p.rule_id
)

SELECT
    a.rule_id,
    (SELECT ANY_VALUE(p.certainty) FROM evaluated_planted AS p WHERE p.rule_id = a.rule_id) AS certainty,
    a.planted,
    COALESCE(c.found, 0),
    a.not_received,
    COALESCE(f.findings, 0),
    COALESCE(f.false_positives, 0),
    a.look_alikes,
    COALESCE(l.look_alikes_flagged, 0),
    COALESCE(d.priced, 0),
    COALESCE(d.priced_exactly, 0),
    COALESCE(e.attributed, 0),
    COALESCE(e.attributed_rightly, 0)
FROM planted AS a
LEFT JOIN found AS f ON a.rule_id = f.rule_id
LEFT JOIN caught AS c ON a.rule_id = c.rule_id
LEFT JOIN flagged AS l ON a.rule_id = l.rule_id
LEFT JOIN priced AS d ON a.rule_id = d.rule_id
LEFT JOIN explained AS e ON a.rule_id = e.rule_id
ORDER BY a.rule_id
"""

UNEXPLAINED = """
WITH planted AS (
    SELECT setl_id FROM evaluated_planted
    UNION
    SELECT linked_setl_id AS setl_id FROM evaluated_planted
)

SELECT
    COALESCE(SUM(ABS(r.unexplained)) FILTER (WHERE p.setl_id IS NOT NULL), 0),
    COALESCE(SUM(ABS(r.unexplained)) FILTER (WHERE p.setl_id IS NULL), 0)
FROM audit.recomputed AS r
LEFT JOIN planted AS p ON r.setl_id = p.setl_id
"""

PLAIN = """
CREATE OR REPLACE TEMP TABLE evaluated_plain AS
WITH planted AS (
    SELECT setl_id FROM evaluated_planted
    UNION
    SELECT linked_setl_id AS setl_id FROM evaluated_planted WHERE linked_setl_id IS NOT NULL
    UNION
    SELECT setl_id FROM evaluated_scheme
)

SELECT s.setl_id FROM mart.settlement AS s WHERE s.counts AND s.setl_id NOT IN (SELECT p.setl_id FROM planted AS p)
"""

NOISE = """
WITH told AS (
    SELECT DISTINCT f.source_id AS rule_id, f.setl_id
    FROM audit.finding AS f
    INNER JOIN evaluated_plain AS p ON f.setl_id = p.setl_id
    -- Beside a planted settlement an everyday one may rightly be named.
    WHERE f.linked_setl_id IS NULL OR f.linked_setl_id IN (SELECT q.setl_id FROM evaluated_plain AS q)
        OR f.linked_setl_id NOT IN (SELECT s.setl_id FROM mart.settlement AS s)
)

SELECT 'settlements' AS what, COUNT(*) AS many, 0 AS place FROM evaluated_plain
UNION ALL
SELECT 'with_finding' AS what, COUNT(DISTINCT setl_id) AS many, 1 AS place FROM told
UNION ALL
SELECT rule_id AS what, COUNT(*) AS many, 2 AS place FROM told GROUP BY rule_id
ORDER BY place, what
"""
