"""What any model learned, in the one shape that is stored: plain facts and scikit-learn estimators."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Learned:
    """``facts`` is what JSON can hold (tuples come back as lists); ``estimators`` are scikit-learn's, by name."""

    facts: dict[str, Any]
    estimators: dict[str, Any] = field(default_factory=dict)
