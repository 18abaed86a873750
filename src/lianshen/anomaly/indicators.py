"""What is compared of an institution or a doctor: indicators, how they are written, and shares with their chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from lianshen.anomaly.spec import Floats


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that is compared. ``least`` is the smallest excess that matters, in the form's own unit.

    ``form`` says what ``y`` is: ``log`` the logarithm of actual over expected, ``ratio`` actual over expected less one,
    ``difference`` actual less expected, ``share`` a share on the scale of its root's arcsine, where chance has the same
    size whatever the share, less what the peers' rate gives there; its ``least`` is a difference of shares. ``shown``
    is how values are written.
    """

    name: str
    title_zh: str
    form: Literal["log", "ratio", "difference", "share"]
    shown: Literal["yuan", "number", "percent"]
    least: float

    def written(self, value: float) -> str:
        """Return a value as people read it."""
        if self.shown == "percent":
            return f"{value * 100:.1f}%"
        return f"{value:.2f}元" if self.shown == "yuan" else f"{value:.2f}"

    def value_at(self, actual: Floats, y: Floats, other: Floats) -> Floats:
        """Return what ``actual`` would be if its ``y`` were ``other``."""
        if self.form == "log":
            return actual * np.exp(other - y)
        if self.form == "ratio":
            whole = np.where(1 + y > 0, 1 + y, np.nan)
            return actual / whole * np.maximum(1 + other, 0.0)
        return np.maximum(actual - y + other, 0.0)


@dataclass(frozen=True)
class Measured:
    """One indicator of each unit: ``actual`` is shown, ``y`` compared, ``s`` its error by chance; NaN for none.

    Of a share ``n`` is the whole, and ``y`` is found when the peers' rate is known.
    """

    actual: Floats
    y: Floats
    s: Floats
    n: Floats | None = None

    def where(self, rows: Any) -> Measured:
        """Return the units that ``rows`` picks."""
        return Measured(self.actual[rows], self.y[rows], self.s[rows], None if self.n is None else self.n[rows])

    def against(self, rate: Floats) -> Measured:
        """Return a share compared with ``rate``; anything else as it is."""
        if self.n is None:
            return self
        return Measured(self.actual, _arc(self.actual, self.n) - _arc(rate, self.n), self.s, self.n)

    def share_at(self, rate: Floats, other: Floats) -> Floats:
        """Return the share whose ``y`` against ``rate`` is ``other``."""
        n = self.n if self.n is not None else np.full(len(rate), np.nan)
        smooth = np.square(np.sin(np.clip(other + _arc(rate, n), 0.0, np.pi) / 2))
        return np.clip((smooth * (n + 0.75) - 0.375) / n, 0.0, 1.0)


def share_of(part: Floats, whole: Floats) -> Measured:
    """Return a share for an indicator of the form ``share`` (Anscombe 1948); NaN where there is no whole."""
    n = np.where(whole > 0, whole, np.nan)
    return Measured(part / n, part / n, 1 / np.sqrt(n + 0.5), n)


def _arc(share: Floats, n: Floats) -> Floats:
    arc: Floats = 2 * np.arcsin(np.sqrt(np.clip((share * n + 0.375) / (n + 0.75), 0.0, 1.0)))
    return arc
