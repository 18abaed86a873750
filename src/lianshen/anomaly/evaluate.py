"""Judges a fit on rows that settled after everything it was fitted on."""

from __future__ import annotations

from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.fitted import Scores
from lianshen.anomaly.groups import look_up
from lianshen.anomaly.peers import learn_peers
from lianshen.anomaly.spec import AnomalyModel, Floats

COVERAGE_SLACK = 0.10
"""A fit whose interval holds this much less than it promises is not promoted."""
BASELINE_ROWS = 20


def evaluate(model: AnomalyModel, fitted_on: Frame, later: Frame, scores: Scores) -> dict[str, Any]:
    """Return the out-of-time metrics of ``scores`` for ``later``; money in yuan, the rest as fractions.

    ``baseline`` is what the model has to beat: the median log cost of the narrowest peer group that has at least
    ``BASELINE_ROWS`` rows among those it was fitted on.
    """
    target = later[model.target]
    low, middle, high = model.quantiles
    medians = learn_peers(model, fitted_on, fitted_on[model.target], BASELINE_ROWS)
    baseline = look_up(later, model.peers, medians)[1][:, 1]
    inside = (target >= scores.log_low) & (target <= scores.log_high)
    error = np.abs(scores.actual - scores.expected) / 100
    segments = later[model.segment].astype(str)
    volume = scores.volume
    held = (volume.actual >= volume.low) & (volume.actual <= volume.high)
    parts = scores.reasons
    within = (parts.actual >= parts.low) & (parts.actual <= parts.high)
    pinball = _pinball(target, scores.log_expected, middle)
    against = _pinball(target, baseline, middle)
    return {
        "rows": len(later),
        "r2_log": _round(1 - _sum2(target - scores.log_expected) / _sum2(target - target.mean())),
        "r2_log_baseline": _round(1 - _sum2(target - baseline) / _sum2(target - target.mean())),
        "pinball": {
            "low": _round(_pinball(target, scores.log_low, low)),
            "middle": _round(pinball),
            "high": _round(_pinball(target, scores.log_high, high)),
            "baseline_middle": _round(against),
        },
        "better_than_baseline": _round(1 - pinball / against),
        "coverage": _round(inside.mean()),
        "coverage_promised": _round(high - low),
        "above_high": _round((target > scores.log_high).mean()),
        "median_error_share": _round(np.median(error * 100 / scores.actual)),
        "findings_share": _round(scores.is_finding.mean()),
        "counts": {
            count.name: {
                "median_error": _round(np.median(np.abs(volume.actual - volume.expected)[:, place])),
                "coverage": _round(held[:, place].mean()),
            }
            for place, count in enumerate(model.counts)
        },
        "categories": {
            category.name: {"coverage": _round(within[:, place].mean())}
            for place, category in enumerate(model.categories)
        },
        "by_segment": {
            str(name): {
                "rows": int((segments == name).sum()),
                "mae_yuan": round(float(error[segments == name].mean()), 2),
                "coverage": _round(inside[segments == name].mean()),
            }
            for name in np.unique(segments)
        },
    }


def why_not_fit_for_duty(metrics: dict[str, Any]) -> str | None:
    """Return why a fit with these metrics must not become champion, or None when it may."""
    if metrics["coverage"] < metrics["coverage_promised"] - COVERAGE_SLACK:
        return (
            f"its interval holds {metrics['coverage']:.0%} of later stays, but promises "
            f"{metrics['coverage_promised']:.0%}: costs have shifted, train on a later window"
        )
    if metrics["better_than_baseline"] <= 0:
        return "it predicts later stays no better than the median of their peer group"
    return None


def _pinball(target: Floats, predicted: Floats, quantile: float) -> float:
    error = target - predicted
    return float(np.maximum(quantile * error, (quantile - 1) * error).mean())


def _sum2(values: Floats) -> float:
    return float(np.square(values).sum())


def _round(value: float) -> float:
    return round(float(value), 4)
