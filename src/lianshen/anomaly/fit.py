"""Fits a model and applies the fit.

Each row's residual comes from estimators that never saw the row: the rows are halved by a hash of
their key, each half is predicted by the fit of the other, and those residuals give the peer
statistics and widen the interval until it holds what it promises (conformalised quantile regression).
"""

from __future__ import annotations

import hashlib

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from lianshen.anomaly.encode import encode, learn_codes
from lianshen.anomaly.features import Frame
from lianshen.anomaly.fitted import Fit, Scores
from lianshen.anomaly.groups import look_up
from lianshen.anomaly.peers import learn_peers
from lianshen.anomaly.reasons import explain, learn_shares
from lianshen.anomaly.spec import AnomalyModel, Estimator, Floats, Ints

BOUNDS = ("low", "middle", "high")


def fit_model(model: AnomalyModel, frame: Frame, *, seed: int, threads: int = 1) -> Fit:
    """Fit on every row of ``frame``; the same frame and seed give the same fit whatever the number of threads."""
    # Made before the limit is set: it binds only the thread pools that are loaded by then.
    half_fits, whole_fit = [_untrained(model, seed), _untrained(model, seed)], _untrained(model, seed)
    codes = learn_codes(model, frame)
    matrix, target = encode(model, frame, codes), frame[model.target]
    half = np.array([hashlib.sha256(str(key).encode()).digest()[0] & 1 for key in frame.key], dtype=bool)
    unseen = np.empty((len(frame), 3))
    with threadpool_limits(threads):
        for part, estimators in zip((half, ~half), half_fits, strict=True):
            unseen[~part] = _predict(_fitted(estimators, matrix[part], target[part]), matrix[~part])
        _fitted(whole_fit, matrix, target)
    peers = learn_peers(model, frame, target - unseen[:, 1])
    centre = look_up(frame, model.peers, peers)[1][:, 1]
    low, _, high = model.quantiles
    widen = {
        "low": float(np.quantile(unseen[:, 0] + centre - target, 1 - low)),
        "high": float(np.quantile(target - unseen[:, 2] - centre, high)),
    }
    return Fit(codes, whole_fit, peers, learn_shares(model, frame), widen)


def apply_fit(model: AnomalyModel, fit: Fit, frame: Frame, *, threads: int = 1) -> Scores:
    """Score every row of ``frame`` by itself: no row's result depends on another row."""
    with threadpool_limits(threads):
        predicted = _predict(fit.estimators, encode(model, frame, fit.codes))
    group, statistics = look_up(frame, model.peers, fit.peers)
    rows, centre, mad = statistics.T
    middle = predicted[:, 1] + centre
    low = np.minimum(predicted[:, 0] + centre - fit.widen["low"], middle)
    high = np.maximum(predicted[:, 2] + centre + fit.widen["high"], middle)
    score = (frame[model.target] - middle) / mad
    actual = frame[model.actual].astype(np.int64)
    expected, upper = _fen(middle), _fen(high)
    reasons = explain(model, frame, fit.shares, expected)
    return Scores(
        score=score,
        log_expected=middle,
        log_low=low,
        log_high=high,
        expected=expected,
        low=_fen(low),
        high=upper,
        actual=actual,
        peers=group,
        peer_rows=rows.astype(np.int64),
        reasons=reasons,
        is_finding=(score > model.thresholds.score) & (actual > upper) & reasons.suffices,
    )


def _untrained(model: AnomalyModel, seed: int) -> dict[str, Estimator]:
    categorical = tuple(range(len(model.categorical)))
    return {
        bound: model.build(seed, quantile, categorical) for bound, quantile in zip(BOUNDS, model.quantiles, strict=True)
    }


def _fitted(estimators: dict[str, Estimator], matrix: Floats, target: Floats) -> dict[str, Estimator]:
    for estimator in estimators.values():
        estimator.fit(matrix, target)
    return estimators


def _predict(estimators: dict[str, Estimator], matrix: Floats) -> Floats:
    if not len(matrix):
        return np.empty((0, 3))
    return np.column_stack([estimators[bound].predict(matrix) for bound in BOUNDS])


def _fen(log_yuan: Floats) -> Ints:
    fen: Ints = np.rint(np.exp(log_yuan) * 100).astype(np.int64)
    return fen
