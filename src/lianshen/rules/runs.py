"""What one rule did in one night."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RuleRun:
    """What one rule did in one night. ``findings`` and ``suppressed`` are about the subjects that it looked at."""

    rule_id: str
    fingerprint: str
    rows_read: int
    findings: int
    seconds: float
    error: str | None = None
    suppressed: int = 0
