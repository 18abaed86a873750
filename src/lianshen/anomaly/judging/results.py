"""What came of judging the models: one line for each order, one for each scheme, and what they had to reach."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np

from lianshen.anomaly.judging.measures import Calibration, ControlSample

MODELS, BY_YUAN, LABELLED = "models", "models, by yuan", "models and labels"
TIMES_CONTROL, TIMES_NAIVE = 10.0, 2.0
"""What precision at capacity has to be at least: times the control sample's rate, times the best naive order's."""


@dataclass(frozen=True)
class Judgement:
    """One order of the later settlements."""

    name: str
    kind: str
    """models, naive, or detector"""
    average_precision: float
    precision: float
    hits: float
    captured_fen: int
    captured_share: float
    calibration: Calibration | None


@dataclass(frozen=True)
class SchemeRecall:
    """How much of one kind of scheme is looked at: by the models alone, with all labels, with its own held back; and
    how many are found in the order of yuan, as queues have it, None where there is no such order.

    A scheme is found where one of its settlements is looked at: who looks at one sees the others.
    """

    scheme: str
    settlements: int
    instances: int
    found: int
    found_by_yuan: int | None
    found_held_back: int | None
    unlabelled: float | None
    labelled: float | None
    held_back: float | None
    best_naive: float | None


@dataclass(frozen=True)
class ModelEvaluation:
    """What came of it. Money in fen."""

    judged_from: date
    until: date
    nights: int
    settlements: int
    positives: int
    excess_fen: int
    left_out: int
    capacity: int
    """Settlements looked at in all later nights."""
    control: ControlSample
    judgements: tuple[Judgement, ...]
    schemes: tuple[SchemeRecall, ...]
    models: tuple[str, ...]
    silent: dict[str, str] = field(default_factory=dict)
    """Models that could not be trained or judged, and why."""
    has_pyod: bool = True

    def of(self, name: str) -> Judgement:
        """Return the judgement of one order."""
        return next(one for one in self.judgements if one.name == name)

    @property
    def base_rate(self) -> float:
        return self.positives / self.settlements if self.settlements else 0.0

    @property
    def times_control(self) -> float:
        """Precision of the models at capacity, as a multiple of the control sample's rate (of all, where that is 0)."""
        rate = self.control.rate or self.base_rate
        return self.of(MODELS).precision / rate if rate else 0.0

    @property
    def times_naive(self) -> float:
        """Precision of the models at capacity, as a multiple of the best naive order's."""
        best = max(one.precision for one in self.judgements if one.kind == "naive")
        return self.of(MODELS).precision / best if best else float("inf")

    @property
    def overlooked(self) -> tuple[str, ...]:
        """Kinds of schemes of which none is found once their labels are held back."""
        return tuple(one.scheme for one in self.schemes if one.found_held_back == 0)

    @property
    def passes(self) -> bool:
        """Whether precision at capacity is what it has to be, and every kind that was never labelled is found."""
        return self.times_control >= TIMES_CONTROL and self.times_naive >= TIMES_NAIVE and not self.overlooked

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            **asdict(self), "judged_from": self.judged_from.isoformat(), "until": self.until.isoformat(),
            "base_rate": self.base_rate, "times_control": self.times_control,
            "times_naive": self.times_naive if np.isfinite(self.times_naive) else None,
            "overlooked": self.overlooked, "passes": self.passes,
        }  # fmt: skip
