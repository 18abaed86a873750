"""Several indicators of an institution or a doctor side by side: a funnel for each, one distance for all.

What was learned is plain facts: a funnel of each indicator and peer group, the correlation of the indicators, and the
distribution of distances. Each unit is then looked up by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from lianshen.anomaly.calibration import learn_percentiles, percentiles
from lianshen.anomaly.distance import adverse_distance, learn_correlation
from lianshen.anomaly.features import Frame
from lianshen.anomaly.pooling import Levels, funnel_of, learn_funnels
from lianshen.anomaly.spec import Floats, Ints, Text
from lianshen.anomaly.subject import Reason

LIMIT = 3.5
"""Standard deviations, of chance and of units, at which a funnel is drawn: by chance 1 in 4,300 lies above."""
LEAST_PEERS = 50
"""Units whose distances say what a percentile is."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that is compared. ``least`` is the smallest excess that matters, in the form's own unit.

    ``form`` says what ``y`` is: ``log`` the logarithm of actual over expected, ``ratio`` actual over expected less one,
    ``difference`` actual less expected. ``shown`` is how values are written.
    """

    name: str
    title_zh: str
    form: Literal["log", "ratio", "difference"]
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
    """One indicator of each unit: ``actual`` is shown, ``y`` compared, ``s`` its error by chance; NaN for none."""

    actual: Floats
    y: Floats
    s: Floats


@dataclass(frozen=True)
class Panel:
    """Units × indicators, and what they come to. ``expected``, ``low`` and ``high`` are in the values' own units."""

    indicators: tuple[Indicator, ...]
    actual: Floats
    expected: Floats
    low: Floats
    high: Floats
    z: Floats
    stands_out: np.ndarray[Any, np.dtype[np.bool_]]
    score: Floats
    percentile: Floats
    peers: Text
    peer_rows: Ints

    def reasons(self, row: int, most: int = 3) -> list[Reason]:
        """Return the indicators that lie furthest above the peers, strongest first, each in one sentence."""
        order = [place for place in np.argsort(-np.nan_to_num(self.z[row]), kind="stable") if self.z[row, place] > 1]
        whole = float(np.sum(np.square(np.maximum(np.nan_to_num(self.z[row]), 0.0)))) or 1.0
        said = []
        for place in order[:most]:
            one = self.indicators[place]
            actual, expected = (one.written(float(values[row, place])) for values in (self.actual, self.expected))
            high = one.written(float(self.high[row, place]))
            text = f"{one.title_zh}{actual}，同类预期{expected}，上限{high}（{self.z[row, place]:.1f}个标准差）"
            said.append(Reason(one.name, text, actual, expected, float(self.z[row, place] ** 2 / whole)))
        return said

    def is_outlier(self, strangest: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Return which units have an indicator that stands out and lie at or above a percentile of their peers.

        Among few peers no percentile is that high: then above all of them is.
        """
        above_all = self.peer_rows / (self.peer_rows + 1.0)
        return self.stands_out.any(axis=1) & (self.percentile >= np.minimum(strangest, above_all))

    def column(self, name: str) -> int:
        """Return where the indicator stands."""
        return [one.name for one in self.indicators].index(name)


def share_of(part: Floats, whole: Floats) -> Measured:
    """Return a share with its binomial error; half a case more on either side, so that none is not known exactly."""
    n = np.where(whole > 0, whole, np.nan)
    share = part / n
    smooth = (part + 0.5) / (n + 1)
    return Measured(share, share, np.sqrt(smooth * (1 - smooth) / n))


def learn_panel(
    frame: Frame, measured: Mapping[str, Measured], indicators: Sequence[Indicator], levels: Levels, least_n: int
) -> dict[str, Any]:
    """Return what is learned from units of at least ``least_n`` settlements (column ``n`` of ``frame``)."""
    large = np.flatnonzero(frame["n"] >= least_n)
    kept = frame.where(large)
    funnels = {
        one.name: learn_funnels(kept, measured[one.name].y[large], measured[one.name].s[large], levels)
        for one in indicators
    }
    z = _z(kept, {name: Measured(m.actual[large], m.y[large], m.s[large]) for name, m in measured.items()},
           indicators, levels, funnels)  # fmt: skip
    correlation = learn_correlation(z)
    score = adverse_distance(z, correlation)
    return {
        "funnels": funnels,
        "correlation": correlation,
        "percentiles": learn_percentiles(kept, score, levels, LEAST_PEERS) if len(kept) else {},
        "units": len(kept),
    }


def judge_panel(
    frame: Frame,
    measured: Mapping[str, Measured],
    indicators: Sequence[Indicator],
    levels: Levels,
    facts: Mapping[str, Any],
) -> Panel:
    """Return the panel of each unit of ``frame``, each by itself."""
    z = _z(frame, measured, indicators, levels, facts["funnels"])
    shape = (len(frame), len(indicators))
    actual, expected, low, high = (np.full(shape, np.nan) for _ in range(4))
    matters = np.zeros(shape, dtype=bool)
    for place, one in enumerate(indicators):
        if not facts["funnels"][one.name]:
            continue
        values = measured[one.name]
        _, funnels = funnel_of(frame, levels, facts["funnels"][one.name])
        centre = np.array([funnel.centre for funnel in funnels])
        reach = LIMIT * np.sqrt(np.square(values.s) + np.array([funnel.between for funnel in funnels]))
        actual[:, place] = values.actual
        for held, other in ((expected, centre), (low, centre - reach), (high, centre + reach)):
            held[:, place] = one.value_at(values.actual, values.y, other)
        matters[:, place] = np.nan_to_num(values.y - centre) >= one.least
    score = adverse_distance(z, facts["correlation"])
    place_in, group, rows = percentiles(frame, score, levels, facts["percentiles"])
    stands_out = matters & (np.nan_to_num(z) >= LIMIT)
    return Panel(tuple(indicators), actual, expected, low, high, z, stands_out, score, place_in, group, rows)


def _z(
    frame: Frame,
    measured: Mapping[str, Measured],
    indicators: Sequence[Indicator],
    levels: Levels,
    funnels: Mapping[str, Mapping[str, Sequence[float]]],
) -> Floats:
    z = np.full((len(frame), len(indicators)), np.nan)
    for place, one in enumerate(indicators):
        if not funnels[one.name]:
            continue
        values = measured[one.name]
        _, found = funnel_of(frame, levels, funnels[one.name])
        centre = np.array([funnel.centre for funnel in found])
        between = np.array([funnel.between for funnel in found])
        z[:, place] = (values.y - centre) / np.sqrt(np.square(values.s) + between)
    return z

