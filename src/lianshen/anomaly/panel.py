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
from lianshen.anomaly.groups import EVERYTHING, members, names
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
    """Return a share for an indicator of the form ``share`` (Anscombe 1948); NaN where there is no whole."""
    n = np.where(whole > 0, whole, np.nan)
    return Measured(part / n, part / n, 1 / np.sqrt(n + 0.5), n)


def _arc(share: Floats, n: Floats) -> Floats:
    arc: Floats = 2 * np.arcsin(np.sqrt(np.clip((share * n + 0.375) / (n + 0.75), 0.0, 1.0)))
    return arc


def learn_panel(
    frame: Frame, measured: Mapping[str, Measured], indicators: Sequence[Indicator], levels: Levels, least_n: int
) -> dict[str, Any]:
    """Return what is learned from units of at least ``least_n`` settlements (column ``n`` of ``frame``)."""
    large = np.flatnonzero(frame["n"] >= least_n)
    kept = frame.where(large)
    own = {name: values.where(large) for name, values in measured.items()}
    rates = {one.name: _learn_rates(kept, own[one.name], levels) for one in indicators if one.form == "share"}
    own = _against(kept, own, levels, rates)
    funnels = {one.name: learn_funnels(kept, own[one.name].y, own[one.name].s, levels) for one in indicators}
    z = _z(kept, own, indicators, levels, funnels)
    correlation = learn_correlation(z)
    score = adverse_distance(z, correlation)
    return {
        "rates": rates,
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
    rates = facts["rates"]
    measured = _against(frame, measured, levels, rates)
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
            if one.form == "share":
                held[:, place] = values.share_at(_rate_of(frame, levels, rates[one.name]), other)
            else:
                held[:, place] = one.value_at(values.actual, values.y, other)
        over = values.actual - expected[:, place] if one.form == "share" else values.y - centre
        matters[:, place] = np.nan_to_num(over) >= one.least
    score = adverse_distance(z, facts["correlation"])
    place_in, group, rows = percentiles(frame, score, levels, facts["percentiles"])
    stands_out = matters & (np.nan_to_num(z) >= LIMIT)
    return Panel(tuple(indicators), actual, expected, low, high, z, stands_out, score, place_in, group, rows)


TRIMMED = 0.1
"""Part of a group's units, those with the highest shares, that do not say what the usual rate is."""


def _learn_rates(frame: Frame, measured: Measured, levels: Levels, prior: float = 500.0) -> dict[str, float]:
    """Return the usual share of each peer group; a group with few cases is drawn towards the next wider one."""
    n = measured.n if measured.n is not None else np.ones(len(frame))
    known = np.flatnonzero(np.isfinite(measured.actual))
    if not len(known):
        return {}
    rates: dict[str, float] = {}
    wider = np.zeros(len(frame))
    for depth, columns in enumerate(((), *reversed(levels))):
        found = wider.copy()
        for name, rows in members(names(frame, columns)):
            inside = rows[np.isfinite(measured.actual[rows])]
            inside = inside[np.argsort(measured.actual[inside], kind="stable")][
                : len(inside) - int(TRIMMED * len(inside))
            ]
            if not len(inside):
                continue
            part, whole = float(measured.actual[inside] @ n[inside]), float(n[inside].sum())
            before = prior if depth else 0.0
            rates[name] = (part + before * float(wider[rows[0]])) / (whole + before)
            found[rows] = rates[name]
        wider = found
    return rates


def _rate_of(frame: Frame, levels: Levels, rates: Mapping[str, float]) -> Floats:
    found = np.full(len(frame), rates.get(EVERYTHING, np.nan))
    for columns in reversed(levels):
        for name, rows in members(names(frame, columns)):
            if name in rates:
                found[rows] = rates[name]
    return found


def _against(
    frame: Frame, measured: Mapping[str, Measured], levels: Levels, rates: Mapping[str, Mapping[str, float]]
) -> dict[str, Measured]:
    return {
        name: values.against(_rate_of(frame, levels, rates[name])) if name in rates else values
        for name, values in measured.items()
    }


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
