"""Which charge categories carry a stay's excess, with the amounts behind them.

The expected cost is shared out over the categories as the stay's peers share theirs. Hence the
expected amounts add up to the expected cost, and the excesses of the categories to the whole excess. Each amount has an
interval as the counts have theirs (:mod:`lianshen.anomaly.volume`): residuals on the square-root scale, of fits that
never saw the row, among the peers. Intervals of parts do not add up to that of the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.groups import EVERYTHING, look_up, members, names
from lianshen.anomaly.spec import AnomalyModel, Floats, Ints
from lianshen.anomaly.volume import Bands, learn_bands

MOST_REASONS = 3

Shares = dict[str, tuple[float, ...]]
"""Group name → share of each charge category, adding up to one."""


@dataclass(frozen=True)
class Reasons:
    """``order`` (rows × 3): categories by excess, largest first. Amounts in fen, drivers: rows × categories.

    ``low`` and ``high`` bound what is expected of a category.

    ``suffices``: whether the drivers of the row are enough for a finding.
    """

    order: Ints
    actual: Ints
    expected: Ints
    low: Ints
    high: Ints
    is_driver: np.ndarray[tuple[int, int], np.dtype[np.bool_]]
    suffices: np.ndarray[tuple[int], np.dtype[np.bool_]]

    def where(self, mask: np.ndarray[Any, Any]) -> Reasons:
        """Return the rows that ``mask`` (booleans or positions) picks."""
        return Reasons(**{part.name: getattr(self, part.name)[mask] for part in fields(self)})


def _amounts(model: AnomalyModel, frame: Frame) -> Ints:
    return np.column_stack([frame[f"{category.name}_fen"] for category in model.categories]).astype(np.int64)


def learn_shares(model: AnomalyModel, frame: Frame) -> Shares:
    """Return the mean shares of each group, drawn towards those of the next wider group when it is small."""
    amounts = np.maximum(_amounts(model, frame), 0).astype(np.float64)
    charged = amounts.sum(axis=1) > 0
    amounts, frame = amounts[charged], frame.where(charged)
    share = amounts / amounts.sum(axis=1, keepdims=True)
    learned: Shares = {EVERYTHING: tuple(share.mean(axis=0).tolist())}
    prior = model.thresholds.prior_stays
    for position in reversed(range(len(model.shares))):
        named = names(frame, model.shares[position])
        _, wider = look_up(frame, model.shares[position + 1 :], learned)
        for name, rows in members(named):
            drawn = (share[rows].sum(axis=0) + prior * wider[rows[0]]) / (len(rows) + prior)
            learned[name] = tuple(drawn.tolist())
    return learned


def learn_amounts(model: AnomalyModel, frame: Frame, shares: Shares, unseen_fen: Ints) -> dict[str, Bands]:
    """Return by category the bands of its peers; ``unseen_fen`` is expected by fits that never saw the row."""
    share = look_up(frame, model.shares, shares)[1]
    residual = _root(_amounts(model, frame)) - _root(_shared_out(share, unseen_fen))
    miss, least = model.quantiles[0], model.thresholds.min_peers
    return {
        category.name: learn_bands(frame, model.peers, residual[:, place], residual[:, place], miss, least)
        for place, category in enumerate(model.categories)
    }


def explain(
    model: AnomalyModel, frame: Frame, shares: Shares, bands: Mapping[str, Bands], expected_fen: Ints
) -> Reasons:
    """Return the driving categories of each row, given its expected cost in fen."""
    actual = _amounts(model, frame)
    share = look_up(frame, model.shares, shares)[1]
    expected = _shared_out(share, expected_fen)
    low, high = expected.copy(), expected.copy()
    for place, category in enumerate(model.categories):
        added = look_up(frame, model.peers, bands[category.name])[1]
        for bound, part, outer in ((low, added[:, 1], np.minimum), (high, added[:, 2], np.maximum)):
            amount = np.square(np.maximum(_root(expected[:, place]) + part, 0.0))
            bound[:, place] = outer(np.rint(amount).astype(np.int64), expected[:, place])
    excess = actual - expected
    # A stay below its expected cost has no excess to carry: nothing drives it.
    whole = np.maximum(frame[model.actual].astype(np.int64) - expected_fen, 1)[:, None]
    rules = model.thresholds
    is_driver = (excess >= rules.driver_share * whole) & (actual >= rules.driver_ratio * expected)
    is_driver &= (frame[model.actual].astype(np.int64) > expected_fen)[:, None]
    is_driver &= actual >= rules.driver_tilt * share * actual.sum(axis=1, keepdims=True)
    alone = np.array([category.alone_suffices for category in model.categories])
    dominant = (is_driver & alone & (excess >= rules.dominant_share * whole)).any(axis=1)
    return Reasons(
        order=np.argsort(-excess, axis=1, kind="stable")[:, :MOST_REASONS],
        actual=actual,
        expected=expected,
        low=low,
        high=high,
        is_driver=is_driver,
        suffices=(is_driver.sum(axis=1) >= rules.drivers) | dominant,
    )


def _shared_out(share: Floats, expected_fen: Ints) -> Ints:
    return np.rint(share * expected_fen[:, None]).astype(np.int64)


def _root(fen: Ints) -> Floats:
    return np.sqrt(np.maximum(fen, 0).astype(np.float64))
