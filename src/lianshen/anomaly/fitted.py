"""What a fit consists of, and what applying it gives."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from lianshen.anomaly.encode import Codes
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.peers import Peers
from lianshen.anomaly.reasons import Reasons, Shares
from lianshen.anomaly.spec import Estimator, Floats, Ints, Text


@dataclass(frozen=True)
class Fit:
    """Everything a score needs. ``estimators`` are in the order low, middle, high; ``widen`` is on the log scale."""

    codes: Codes
    estimators: dict[str, Estimator]
    peers: Peers
    shares: Shares
    widen: dict[str, float]

    def as_learned(self) -> Learned:
        """Return the fit in the shape that is stored."""
        facts = {"codes": self.codes, "peers": self.peers, "shares": self.shares, "widen": self.widen}
        return Learned(facts, dict(self.estimators))

    @classmethod
    def of(cls, learned: Learned) -> Fit:
        """Return the fit that was stored as ``learned``."""
        facts = learned.facts
        return cls(
            codes={name: tuple(codes) for name, codes in facts["codes"].items()},
            estimators=learned.estimators,
            peers={name: tuple(values) for name, values in facts["peers"].items()},
            shares={name: tuple(values) for name, values in facts["shares"].items()},
            widen=facts["widen"],
        )


@dataclass(frozen=True)
class Scores:
    """Per row: score in MADs, expected cost and interval in fen and on the log scale, peer group, reasons."""

    score: Floats
    log_expected: Floats
    log_low: Floats
    log_high: Floats
    expected: Ints
    low: Ints
    high: Ints
    actual: Ints
    peers: Text
    peer_rows: Ints
    reasons: Reasons
    is_finding: np.ndarray[tuple[int], np.dtype[np.bool_]]

    def where(self, mask: np.ndarray[Any, Any]) -> Scores:
        """Return the rows that ``mask`` (booleans or positions) picks."""
        return Scores(**{part.name: _rows(getattr(self, part.name), mask) for part in fields(self)})


def _rows(values: Any, mask: np.ndarray[Any, Any]) -> Any:
    return values.where(mask) if hasattr(values, "where") else values[mask]
