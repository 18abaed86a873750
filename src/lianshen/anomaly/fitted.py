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
from lianshen.anomaly.volume import Bands, Volume


@dataclass(frozen=True)
class Fit:
    """Everything a score needs.

    ``estimators``: low, middle and high of the cost, and one for each count. ``widen`` are the bands of the cost's
    interval by segment, on the log scale; ``volume`` those of each count, ``amounts`` those of each charge category.
    ``places`` hold the scores of the peers.
    """

    codes: Codes
    estimators: dict[str, Estimator]
    peers: Peers
    shares: Shares
    amounts: dict[str, Bands]
    widen: Bands
    volume: dict[str, Bands]
    places: dict[str, list[float]]

    def as_learned(self) -> Learned:
        """Return the fit in the shape that is stored."""
        facts = {part.name: getattr(self, part.name) for part in fields(self) if part.name != "estimators"}
        return Learned(facts, dict(self.estimators))

    @classmethod
    def of(cls, learned: Learned) -> Fit:
        """Return the fit that was stored as ``learned``."""
        facts = learned.facts
        return cls(
            codes=_tuples(facts["codes"]),
            estimators=learned.estimators,
            peers=_tuples(facts["peers"]),
            shares=_tuples(facts["shares"]),
            amounts={name: _tuples(bands) for name, bands in facts["amounts"].items()},
            widen=_tuples(facts["widen"]),
            volume={name: _tuples(bands) for name, bands in facts["volume"].items()},
            places=facts["places"],
        )


def _tuples(table: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(values) for name, values in table.items()}


@dataclass(frozen=True)
class Scores:
    """Per row: score in MADs, its place among the peers, expected cost and interval in fen and on the log scale, peer
    group, counts beside the cost, reasons."""

    score: Floats
    percentile: Floats
    log_expected: Floats
    log_low: Floats
    log_high: Floats
    expected: Ints
    low: Ints
    high: Ints
    actual: Ints
    peers: Text
    peer_rows: Ints
    volume: Volume
    reasons: Reasons
    is_finding: np.ndarray[tuple[int], np.dtype[np.bool_]]

    def where(self, mask: np.ndarray[Any, Any]) -> Scores:
        """Return the rows that ``mask`` (booleans or positions) picks."""
        return Scores(**{part.name: _rows(getattr(self, part.name), mask) for part in fields(self)})


def _rows(values: Any, mask: np.ndarray[Any, Any]) -> Any:
    return values.where(mask) if hasattr(values, "where") else values[mask]
