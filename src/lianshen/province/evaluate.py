"""What the night found, held against the answer key of the province."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from lianshen.errors import LianshenError

FLOORS = {"definite": (1.0, 0.995), "suspicious": (0.95, 0.80)}
"""Lowest recall and precision by certainty."""
WITHOUT_FLOOR = frozenset({"MD-11"})
"""Models are reported apart: their floor is the model's own card."""


class NoAnswerKey(LianshenError):
    """The folder holds no answer key."""


@dataclass(frozen=True)
class RuleEvaluation:
    """One rule against the answer key. ``planted`` counts what was received; ``not_received`` is left out of it."""

    rule_id: str
    certainty: str
    planted: int
    found: int
    not_received: int
    findings: int
    false_positives: int
    look_alikes: int
    look_alikes_flagged: int
    priced: int
    priced_exactly: int
    attributed: int
    """Planted differences of which the answer key knows the cause that the recomputation has to name."""
    attributed_rightly: int
    has_floor: bool

    @property
    def recall(self) -> float | None:
        """Share of the planted faults that were found; None where none was received."""
        return self.found / self.planted if self.planted else None

    @property
    def precision(self) -> float | None:
        """Share of the findings that are planted faults; None where nothing was found."""
        return 1 - self.false_positives / self.findings if self.findings else None

    @property
    def passes(self) -> bool:
        """Whether both floors are kept; a rule without a floor always passes."""
        recall, precision = FLOORS[self.certainty]
        return not self.has_floor or (
            ((self.recall or 0.0) >= recall or not self.planted)
            and (self.precision is None or self.precision >= precision)
        )

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return asdict(self) | {"recall": self.recall, "precision": self.precision, "passes": self.passes}


@dataclass(frozen=True)
class Evaluation:
    """All rules, by id, and how well the recomputation explains what was paid."""

    rules: tuple[RuleEvaluation, ...]
    unexplained: Decimal = Decimal(0)
    """Yuan, without sign, that no cause explains: on settlements of the answer key."""
    unexplained_beyond: Decimal = Decimal(0)
    """The same on all others, where nothing was planted."""

    @property
    def passes(self) -> bool:
        """Whether every rule keeps its floors."""
        return all(rule.passes for rule in self.rules)

    @property
    def attributed(self) -> int:
        """Planted differences with a known cause."""
        return sum(rule.attributed for rule in self.rules)

    @property
    def attribution(self) -> float | None:
        """Share of them whose cause the recomputation names; None where the answer key knows of none."""
        return sum(rule.attributed_rightly for rule in self.rules) / self.attributed if self.attributed else None

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "passes": self.passes,
            "attributed": self.attributed,
            "attribution": self.attribution,
            "unexplained": str(self.unexplained),
            "unexplained_beyond": str(self.unexplained_beyond),
            "rules": [rule.as_dict() for rule in self.rules],
        }


_GROUPS = """
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

_HITS = """
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
    -- The answer key says only that the rule may have something to say about it.
    COALESCE(BOOL_OR(NOT m.is_look_alike AND NOT m.is_fault), FALSE) AS is_explained
FROM audit.finding AS f
LEFT JOIN member AS m ON f.source_id = m.rule_id AND m.setl_id IN (f.setl_id, f.linked_setl_id)
WHERE f.source_id IN (SELECT p.rule_id FROM evaluated_planted AS p)
GROUP BY f.finding_id, f.source_id, f.setl_id, f.a2
UNION ALL
SELECT
    f.finding_id,
    f.source_id AS rule_id,
    COALESCE(f.setl_id, f.subject_id || ' ' || f.period) AS setl_id,
    f.a2,
    LIST(DISTINCT g.group_id) FILTER (WHERE g.is_fault) AS fault_groups,
    LIST(DISTINCT g.group_id) FILTER (WHERE g.is_look_alike AND NOT g.is_fault) AS look_alike_groups,
    -- A row was set aside on receipt: the difference is there, though nobody planted it.
    COALESCE(BOOL_OR(NOT g.is_look_alike AND NOT g.is_fault), FALSE) AS is_explained
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

_RULES = """
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

_UNEXPLAINED = """
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


def evaluate(con: duckdb.DuckDBPyConnection, truth: Path) -> Evaluation:
    """Compare ``audit.finding``, ``audit.subject_finding`` and ``audit.recomputed`` with the answer key in ``truth``.

    A planted fault whose settlements were set aside, withdrawn or not received by the last night is left out and
    counted. A finding is right when it names a settlement of a planted fault of its rule, or the institution or region
    and the period of one. Raises :class:`NoAnswerKey` when the folder has no ``planted.parquet``.
    """
    file = truth / "planted.parquet"
    if not file.exists():
        raise NoAnswerKey(f"{truth}: no planted.parquet; generate a province with faults, or name its truth folder")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE evaluated_planted AS SELECT * FROM READ_PARQUET($file)", {"file": str(file)}
    )
    con.execute(_GROUPS)
    con.execute(_HITS)
    rows = con.execute(_RULES).fetchall()
    columns = [field.name for field in fields(RuleEvaluation)]
    rules = [dict(zip(columns, (*row, row[0] not in WITHOUT_FLOOR), strict=True)) for row in rows]
    planted, beyond = con.execute(_UNEXPLAINED).fetchall()[0]
    return Evaluation(tuple(RuleEvaluation(**rule) for rule in rules), planted, beyond)


def misses(con: duckdb.DuckDBPyConnection, rule_id: str) -> tuple[list[str], list[str]]:
    """Return, after :func:`evaluate`, the settlements of a rule's missed faults and of its false positives."""
    missed = con.execute(
        """
        SELECT COALESCE(g.members[1], (
            SELECT MIN(p.setl_id || ' ' || p.period) FROM evaluated_planted AS p
            WHERE p.rule_id = g.rule_id AND p.group_id = g.group_id
        ))
        FROM evaluated_group AS g
        WHERE g.rule_id = $rule AND g.is_fault AND g.is_received AND NOT EXISTS (
            SELECT 1 FROM evaluated_hit AS h WHERE h.rule_id = g.rule_id AND LIST_CONTAINS(h.fault_groups, g.group_id))
        ORDER BY ALL
        """,
        {"rule": rule_id},
    ).fetchall()
    wrong = con.execute(
        """
        SELECT h.setl_id FROM evaluated_hit AS h
        WHERE h.rule_id = $rule AND h.fault_groups IS NULL AND NOT h.is_explained ORDER BY ALL
        """,
        {"rule": rule_id},
    ).fetchall()
    return [row[0] for row in missed], [row[0] for row in wrong]
