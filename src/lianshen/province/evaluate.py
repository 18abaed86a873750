"""What the night found, held against the answer key of the province."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
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
    """All rules, by id."""

    rules: tuple[RuleEvaluation, ...]

    @property
    def passes(self) -> bool:
        """Whether every rule keeps its floors."""
        return all(rule.passes for rule in self.rules)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {"passes": self.passes, "rules": [rule.as_dict() for rule in self.rules]}


_GROUPS = """
CREATE OR REPLACE TEMP TABLE evaluated_group AS
WITH member AS (
    SELECT rule_id, group_id, setl_id FROM evaluated_planted
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
        SELECT BOOL_AND(COALESCE(s.counts OR s.is_reversal OR s.is_reversed, FALSE))
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
    LIST(DISTINCT m.group_id) FILTER (WHERE m.is_look_alike AND NOT m.is_fault) AS look_alike_groups
FROM audit.finding AS f
LEFT JOIN member AS m ON f.source_id = m.rule_id AND m.setl_id IN (f.setl_id, f.linked_setl_id)
WHERE f.source_id IN (SELECT p.rule_id FROM evaluated_planted AS p)
GROUP BY ALL
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
        COUNT(DISTINCT h.finding_id) FILTER (WHERE h.fault_groups IS NULL) AS false_positives
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
    FROM (SELECT h.rule_id, UNNEST(h.look_alike_groups) AS group_id FROM evaluated_hit AS h) AS u
    GROUP BY rule_id
),

priced AS (
    SELECT
        p.rule_id,
        COUNT(*) AS priced,
        COUNT(*) FILTER (WHERE f.a2 = CAST(p.a2_fen AS DECIMAL(18, 0)) / 100) AS priced_exactly
    FROM evaluated_planted AS p
    INNER JOIN (
        SELECT source_id, setl_id, SUM(a2) AS a2 FROM audit.finding GROUP BY source_id, setl_id
    ) AS f ON p.rule_id = f.source_id AND p.setl_id = f.setl_id
    WHERE p.kind = 'fault' AND p.a2_fen IS NOT NULL
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
    COALESCE(d.priced_exactly, 0)
FROM planted AS a
LEFT JOIN found AS f ON a.rule_id = f.rule_id
LEFT JOIN caught AS c ON a.rule_id = c.rule_id
LEFT JOIN flagged AS l ON a.rule_id = l.rule_id
LEFT JOIN priced AS d ON a.rule_id = d.rule_id
ORDER BY a.rule_id
"""


def evaluate(con: duckdb.DuckDBPyConnection, truth: Path) -> Evaluation:
    """Compare ``audit.finding`` with the answer key in ``truth``.

    A planted fault whose settlements were set aside, withdrawn or not received by the last night is left out and
    counted. A finding is right when it names a settlement of a planted fault of its rule. Raises
    :class:`NoAnswerKey` when the folder has no ``planted.parquet``.
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
    return Evaluation(tuple(RuleEvaluation(**rule) for rule in rules))


def misses(con: duckdb.DuckDBPyConnection, rule_id: str) -> tuple[list[str], list[str]]:
    """Return, after :func:`evaluate`, the settlements of a rule's missed faults and of its false positives."""
    missed = con.execute(
        """
        SELECT g.members[1] FROM evaluated_group AS g
        WHERE g.rule_id = $rule AND g.is_fault AND g.is_received AND NOT EXISTS (
            SELECT 1 FROM evaluated_hit AS h WHERE h.rule_id = g.rule_id AND LIST_CONTAINS(h.fault_groups, g.group_id))
        ORDER BY ALL
        """,
        {"rule": rule_id},
    ).fetchall()
    wrong = con.execute(
        "SELECT h.setl_id FROM evaluated_hit AS h WHERE h.rule_id = $rule AND h.fault_groups IS NULL ORDER BY ALL",
        {"rule": rule_id},
    ).fetchall()
    return [row[0] for row in missed], [row[0] for row in wrong]
