"""What the night found, held against the answer key of the province."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from lianshen.errors import LianshenError
from lianshen.province.evaluation_sql import GROUPS, HITS, NO_SCHEMES, NOISE, PLAIN, RULES, SCHEMES, UNEXPLAINED

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
class Noise:
    """Findings on settlements of which the answer key says nothing: neither planted nor beside a planted one."""

    settlements: int = 0
    with_finding: int = 0
    """Of these, how many have at least one."""
    by_rule: tuple[tuple[str, int], ...] = ()
    """Settlements with a finding, by rule."""

    @property
    def share(self) -> float | None:
        """Share of these settlements that have a finding; None where there is none."""
        return self.with_finding / self.settlements if self.settlements else None

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return asdict(self) | {"share": self.share, "by_rule": dict(self.by_rule)}


@dataclass(frozen=True)
class Evaluation:
    """All rules, by id, and how well the recomputation explains what was paid."""

    rules: tuple[RuleEvaluation, ...]
    unexplained: Decimal = Decimal(0)
    """Yuan, without sign, that no cause explains: on settlements of the answer key."""
    unexplained_beyond: Decimal = Decimal(0)
    """The same on all others, where nothing was planted."""
    noise: Noise = Noise()

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
            "noise": self.noise.as_dict(),
            "rules": [rule.as_dict() for rule in self.rules],
        }


def evaluate(con: duckdb.DuckDBPyConnection, truth: Path) -> Evaluation:
    """Compare ``audit.finding``, ``audit.subject_finding`` and ``audit.recomputed`` with the answer key in ``truth``.

    A planted fault whose settlements were set aside, withdrawn or not received by the last night is left out and
    counted. A finding is right when it names a settlement of a planted fault of its rule, or the institution or region
    and the period of one; one that names a settlement of a scheme, or the institution of one, is not wrong. Raises
    :class:`NoAnswerKey` when the folder has no ``planted.parquet``.
    """
    file = truth / "planted.parquet"
    if not file.exists():
        raise NoAnswerKey(f"{truth}: no planted.parquet; generate a province with faults, or name its truth folder")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE evaluated_planted AS SELECT * FROM READ_PARQUET($file)", {"file": str(file)}
    )
    schemes = truth / "schemes.parquet"
    con.execute(SCHEMES, {"file": str(schemes)}) if schemes.exists() else con.execute(NO_SCHEMES)
    con.execute(GROUPS)
    con.execute(HITS)
    rows = con.execute(RULES).fetchall()
    columns = [field.name for field in fields(RuleEvaluation)]
    rules = [dict(zip(columns, (*row, row[0] not in WITHOUT_FLOOR), strict=True)) for row in rows]
    planted, beyond = con.execute(UNEXPLAINED).fetchall()[0]
    con.execute(PLAIN)
    counted = con.execute(NOISE).fetchall()
    noise = Noise(counted[0][1], counted[1][1], tuple((rule, many) for rule, many, _ in counted[2:]))
    return Evaluation(tuple(RuleEvaluation(**rule) for rule in rules), planted, beyond, noise)


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
