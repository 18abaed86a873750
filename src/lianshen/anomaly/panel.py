"""Several indicators of an institution or a doctor side by side: a funnel for each, one distance for all.

What was learned is plain facts: a funnel of each indicator and peer group, the correlation of the indicators, and the
distribution of distances. Each unit is then looked up by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lianshen.anomaly.calibration import learn_percentiles, percentiles
from lianshen.anomaly.distance import adverse_distance, learn_correlation
from lianshen.anomaly.features import Frame
from lianshen.anomaly.groups import EVERYTHING, look_up, members, names
from lianshen.anomaly.indicators import Indicator, Measured
from lianshen.anomaly.pooling import Levels, funnel_of, learn_funnels
from lianshen.anomaly.spec import Floats, Ints, Text
from lianshen.anomaly.subject import Reason

LIMIT = 3.5
"""Standard deviations, of chance and of units, at which a funnel is drawn: by chance 1 in 4,300 lies above."""
LEAST_PEERS = 50
"""Units whose distances say what a percentile is."""


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
        _, centre, between = funnel_of(frame, levels, facts["funnels"][one.name])
        reach = LIMIT * np.sqrt(np.square(values.s) + between)
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
    known = {EVERYTHING: [np.nan], **{name: [rate] for name, rate in rates.items()}}
    return look_up(frame, levels, known)[1][:, 0]


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
        _, centre, between = funnel_of(frame, levels, funnels[one.name])
        z[:, place] = (values.y - centre) / np.sqrt(np.square(values.s) + between)
    return z
