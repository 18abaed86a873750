"""What a back-test says: plain values, without a database, so that pages and files can read it too."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Part:
    """A share of what a trial found: of a region, a level of hospitals, or what another rule has found as well."""

    name: str
    findings: int
    a0: Decimal
    a1: Decimal
    a2: Decimal
    exposure: Decimal


@dataclass(frozen=True)
class Trial:
    """What one version of a rule finds in a period. Amounts in yuan."""

    rule_id: str
    version: int
    params: dict[str, str]
    looked_at: int
    """Settlements of the period."""
    settlements: int
    """... of which this many have a finding."""
    institutions: int
    total: Part
    suppressed: int
    seconds: float
    by_region: tuple[Part, ...]
    by_level: tuple[Part, ...]
    caught: Part
    """Findings that another rule in use has as well: the same settlement, and a common line where both name lines."""
    fresh: Part
    """All others: what the rule adds."""
    overlap: tuple[Part, ...]
    """``caught`` by the other rule; a finding that several have counts with each."""
    live: int
    """Findings that the night has of this rule about the same period."""
    live_kept: int
    """... of which the trial finds this many again."""
    minutes: int
    """Assumed minutes of a reviewer for one settlement."""
    decided: int
    upheld: int
    """Of the findings whose cases agencies have decided, how many were upheld at least in part."""

    @property
    def hours(self) -> float:
        """Hours that reviewers would need for everything that it finds."""
        return self.settlements * self.minutes / 60

    @property
    def precision_low(self) -> float | None:
        """Lower bound of the share upheld, one-sided 95 %, by Wilson's score; None where nothing was decided."""
        return lower_bound(self.upheld, self.decided)


@dataclass(frozen=True)
class Comparison:
    """One trial, or two side by side: as the rule stands, and changed."""

    since: date
    until: date
    trials: tuple[Trial, ...]
    both: int = 0
    """Findings that both have."""
    only: tuple[int, ...] = field(default=())
    """Findings that only the first, and only the second have."""


def lower_bound(upheld: int, decided: int, confidence: float = CONFIDENCE) -> float | None:
    """Return the one-sided lower bound of a share by Wilson's score; None without a decision.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    """
    if not decided:
        return None
    z = NormalDist().inv_cdf(confidence)
    share = upheld / decided
    middle = share + z * z / (2 * decided)
    spread = z * math.sqrt(share * (1 - share) / decided + z * z / (4 * decided * decided))
    return max(0.0, (middle - spread) / (1 + z * z / decided))
