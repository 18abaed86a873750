"""What pictures are drawn from, and what a picture is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lianshen_dashboards.evidence import Evidence, amount, fact
from lianshen_dashboards.figures.base import Figure
from lianshen_dashboards.figures.time import Stay
from lianshen_dashboards.parts.because import name_of
from lianshen_dashboards.parts.plot import Numbers
from lianshen_dashboards.present import Row

UNIT = re.compile(r"（([^（）]{1,4})）$")


@dataclass(frozen=True)
class Picture:
    """A figure, what it says in words, and its numbers."""

    figure: Figure
    says: str
    numbers: Numbers | None = None


@dataclass(frozen=True)
class Scene:
    """What a picture may be drawn from: the case, its evidence, other stays of the person, and today."""

    case: Row
    evidence: Evidence
    other_stays: Sequence[Stay]
    today: date
    models: frozenset[str] = frozenset()
    """Ids of the models: what they find proposes no deduction."""

    def hit_lines(self, rule: str) -> set[str]:
        """Return the ids of the lines that a rule is about."""
        return {line["bkkp_sn"] for line in self.case["hit_lines"] if rule in line["rules"]}


@dataclass(frozen=True)
class Measured:
    """A number that a finding states: the words for it, its unit, and the number."""

    name: str
    unit: str
    value: Decimal


def measured(finding: Row, name: str) -> Measured | None:
    """Return a finding's number under the words that it was sealed with, or None where it states none."""
    value = amount(fact(finding, name))
    if value is None:
        return None
    label = name_of(f"because_{name}", labels_of(finding))
    unit = UNIT.search(label)
    return Measured(UNIT.sub("", label), unit.group(1) if unit else "", Decimal(f"{value.normalize():f}"))


def labels_of(finding: Row) -> Mapping[str, str]:
    """Return the words for a finding's facts; one that was sealed before they were kept has none."""
    return finding.get("labels") or {}


def plain(value: Decimal) -> str:
    """Return a number with its thousands grouped and no trailing zeros beyond cents."""
    return f"{value:,.2f}" if value != value.to_integral_value() else f"{value:,.0f}"
