"""Decisions of a province that knows its own truth: which findings hold, and which agencies look away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from lianshen.ranking.units import Decisions, Floats, Units, moments, text

RULES = ("PL-04", "PL-11", "CH-01", "AD-01", "FR-01", "MD-05", "XR-01", "ST-04")
STRENGTH = (1.6, 0.8, 1.2, -0.4, -1.0, -0.2, 0.6, 2.0)
"""Log-odds that a finding of each rule holds."""
DEFINITE = ("PL-04", "PL-11", "CH-01", "XR-01", "ST-04")
START = datetime(2026, 1, 5, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Province:
    """Decisions with the probability that each finding truly holds, whoever decides."""

    decisions: Decisions
    truth: Floats

    @property
    def units(self) -> Units:
        return self.decisions.units


def simulate(
    seed: int, size: int, *, leniency: dict[str, float] | None = None, agencies: int = 8, per_agency: int = 6
) -> Province:
    """Return decisions: ``leniency`` are log-odds by which an agency upholds more (+) or less (-) than the truth."""
    random = np.random.default_rng(seed)
    codes = [f"51{number:02}00" for number in range(1, agencies + 1)]
    rule = random.integers(len(RULES), size=size)
    agency = random.integers(agencies, size=size)
    inside = random.integers(per_agency, size=size)
    habits = random.normal(0, 0.4, (agencies, per_agency))
    habits -= habits.mean(axis=1, keepdims=True)
    severity = random.integers(1, 4, size=size).astype(float)
    score = np.where(random.random(size) < 0.5, random.normal(0, 1, size), np.nan)
    odds = np.array(STRENGTH)[rule] + 0.3 * (severity - 2) + habits[agency, inside] + 0.4 * np.nan_to_num(score)
    spared = np.array([(leniency or {}).get(code, 0.0) for code in codes])[agency]
    upheld = random.random(size) < 1 / (1 + np.exp(-(odds + spared)))
    names = [RULES[number] for number in rule]
    units = Units(
        text([f"SC{number:05}" for number in range(size)]), text(names),
        text(["definite" if name in DEFINITE else "suspicious" for name in names]), severity,
        text([f"H{codes[a][2:4]}{i}" for a, i in zip(agency, inside, strict=True)]), text([codes[a] for a in agency]),
        score, np.full(size, np.nan), np.full(size, 100_000, dtype=np.int64), np.zeros(size, dtype=np.int64),
    )  # fmt: skip
    kept = np.where(upheld, 0.9, np.nan)
    at = moments([START + timedelta(hours=number) for number in range(size)])
    return Province(Decisions(units, upheld, kept, at), 1 / (1 + np.exp(-odds)))
