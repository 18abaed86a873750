"""Which charge categories carry a stay's excess, with the amounts behind them.

The expected cost is shared out over the categories as the stay's peers share theirs. Hence the
expected amounts add up to the expected cost, and the excesses of the categories to the whole excess.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.groups import EVERYTHING, look_up, members, names
from lianshen.anomaly.spec import AnomalyModel, Ints

MOST_REASONS = 3

Shares = dict[str, tuple[float, ...]]
"""Group name → share of each charge category, adding up to one."""


@dataclass(frozen=True)
class Reasons:
    """``order`` (rows × 3): categories by excess, largest first. Amounts in fen, drivers: rows × categories.

    ``suffices``: whether the drivers of the row are enough for a finding.
    """

    order: Ints
    actual: Ints
    expected: Ints
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


def explain(model: AnomalyModel, frame: Frame, shares: Shares, expected_fen: Ints) -> Reasons:
    """Return the driving categories of each row, given its expected cost in fen."""
    actual = _amounts(model, frame)
    _, share = look_up(frame, model.shares, shares)
    expected = np.rint(share * expected_fen[:, None]).astype(np.int64)
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
        is_driver=is_driver,
        suffices=(is_driver.sum(axis=1) >= rules.drivers) | dominant,
    )
