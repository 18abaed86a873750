"""Champion against challenger: the same measure on the same later rows, seen by neither.

Two fits of expected cost are compared by the pinball loss of their three quantiles (a proper score of expectation and
interval together), row by row; two versions of a model of subjects by how far up they rank planted probes, planting by
planting. One rule for both: a challenger may score when it is better, and a paired bootstrap over the differences (B.
Efron, Annals of Statistics 7, 1979) is 95 % sure of it. Where one that learned from later days differs in nothing, or
nothing can be planted, the measure says nothing, and whoever approves decides.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from lianshen.anomaly.errors import NoProbe
from lianshen.anomaly.features import Frame
from lianshen.anomaly.fitted import Scores
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.probes import MEASURE, Probed, probed
from lianshen.anomaly.spec import AnomalyModel, Floats
from lianshen.anomaly.subject import Frames, Judged, SubjectModel

RESAMPLES = 500
SURE = 0.95
"""One-sided: a challenger is better when this part of the resamples says so."""
LEAST_ROWS = 100


@dataclass(frozen=True)
class Comparison:
    """What came of it. ``is_better`` None: not to be said, ``why`` tells the reason; ``may_score`` is what follows.

    ``better_by`` is the part of the champion's loss that the challenger saves, or of its average precision that the
    challenger gains, with its bounds of 90 %. ``probes`` has the other measures of both, the champion's first.
    """

    champion: str | None
    may_score: bool
    is_better: bool | None = None
    why: str = ""
    measure: str = ""
    since: str | None = None
    rows: int = 0
    champion_value: float | None = None
    challenger_value: float | None = None
    better_by: float | None = None
    low: float | None = None
    high: float | None = None
    agreement: float | None = None
    probes: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what is entered in the register."""
        return {name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(self).items()}

    @property
    def refused(self) -> str | None:
        """Why the challenger must not score; None when it may."""
        return None if self.may_score else self.why


def unopposed(champion: str | None, why: str) -> Comparison:
    """Return the comparison with a champion that there is not, or that can no longer score."""
    return Comparison(champion, True, why=why)


def learned_later(judged_from: date, champion: dict[str, Any]) -> bool:
    """Return whether a challenger that learned until ``judged_from`` knows later days than the champion's document."""
    return judged_from > date.fromisoformat(champion["data"]["holdout_from"])


def unseen_by_both(later: Frame, day: str, champion: dict[str, Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which of the later rows the champion was not fitted on either."""
    return np.asarray(later[day] >= np.datetime64(date.fromisoformat(champion["data"]["holdout_from"])))


def compare_fits(
    model: AnomalyModel, champion: str, since: str, target: Floats, old: Scores, new: Scores, seed: int,
    newer: bool = False,
) -> Comparison:  # fmt: skip
    """Compare two fits on the same rows, whose actual log costs are ``target``; ``newer`` learned from later days."""
    losses = [row_loss(model, target, scores) for scores in (old, new)]
    measure, rows = "pinball loss of log cost, mean of three quantiles", len(target)
    if rows < LEAST_ROWS:
        why = f"only {rows} rows are later than what {champion} and it were fitted on: train when more have settled"
        return Comparison(champion, False, None, why, measure, since, rows)
    saved = (losses[0] - losses[1]) / max(float(losses[0].mean()), 1e-12)
    is_better, low, high = _is_better(saved, seed, newer)
    why = _why(is_better, champion, f"{rows:,} later rows", f"{saved.mean():+.1%} of its loss")
    return Comparison(
        champion, is_better is not False, is_better, why, measure, since, rows,
        float(losses[0].mean()), float(losses[1].mean()), float(saved.mean()), low, high,
    )  # fmt: skip


def _is_better(saved: Floats, seed: int, newer: bool) -> tuple[bool | None, float, float]:
    """Return whether what is saved is surely more than nothing, with bounds of 90 %.

    None, not to be said, where nothing differs and the challenger is ``newer``: what is the same is not better, but
    percentiles that were learned from later days are those of now.
    """
    if newer and not saved.any():
        return None, 0.0, 0.0
    rng = np.random.default_rng(seed)
    rows = len(saved)
    drawn = np.sort([saved[rng.integers(rows, size=rows)].mean() for _ in range(RESAMPLES)])
    low, high = np.quantile(drawn, [1 - SURE, SURE])
    return bool(low > 0), float(low), float(high)


def _why(is_better: bool | None, champion: str, rows: str, saved: str) -> str:
    if is_better:
        return ""
    if is_better is None:
        return f"nothing tells it from {champion} on {rows}, and it learned from later days: whoever approves decides"
    return f"no better than {champion} on {rows} ({saved})"


def row_loss(model: AnomalyModel, target: Floats, scores: Scores) -> Floats:
    """Return the mean pinball loss of each row over low, middle and high."""
    total = np.zeros(len(target))
    bounds = (scores.log_low, scores.log_expected, scores.log_high)
    for quantile, predicted in zip(model.quantiles, bounds, strict=True):
        error = target - predicted
        total += np.maximum(quantile * error, (quantile - 1) * error)
    return total / len(bounds)


def compare_learned(
    model: SubjectModel, champion: str, since: str, old: Learned, new: Learned, later: Frames, month: str, seed: int,
    newer: bool = False, challenger: Probed | None = None,
) -> Comparison:  # fmt: skip
    """Compare what two versions of a model of subjects make of the same probes, planted in the same later frames.

    ``newer``: the challenger learned from later days. ``challenger`` is what it made of the probes, where that was
    measured already.
    """
    rows = sum(len(frame) for frame in later.values())
    if not rows:
        why = f"nothing is later than what {champion} and it learned from: train when more has settled"
        return Comparison(champion, False, None, why, since=since)
    try:
        before = probed(model, old, later, month, seed)
        after = challenger or probed(model, new, later, month, seed)
    except NoProbe as error:
        agreement = _agreement(model.judge(old, later, month), model.judge(new, later, month))
        why = f"{error}: whoever approves decides"
        return Comparison(champion, True, None, why, "rank correlation of scores", since, rows, agreement=agreement)
    saved = (after.precision - before.precision) / max(before.average_precision, 1e-12)
    is_better, low, high = _is_better(saved, seed, newer)
    why = _why(is_better, champion, f"{len(saved)} probes", f"{saved.mean():+.1%} of its average precision")
    others = {
        "planted": len(saved), "ordinary": after.ordinary, "seed": seed,
        "recall": [round(one.recall, 4) for one in (before, after)],
        "false_findings": [round(one.false_findings, 6) for one in (before, after)],
    }  # fmt: skip
    return Comparison(
        champion, is_better is not False, is_better, why, MEASURE, since, len(saved) + after.ordinary,
        before.average_precision, after.average_precision, float(saved.mean()), low, high, probes=others,
    )  # fmt: skip


def _agreement(old: Judged, new: Judged) -> float | None:
    """Return the rank correlation of the scores that both gave to the same subjects; None below three."""
    place = {key: row for row, key in enumerate(zip(old.subject_id, old.period, strict=True))}
    pairs = [
        (old.score[place[key]], new.score[row])
        for row, key in enumerate(zip(new.subject_id, new.period, strict=True))
        if key in place
    ]
    if len(pairs) < 3 or any(len(set(side)) < 2 for side in zip(*pairs, strict=True)):
        return None
    from scipy.stats import spearmanr

    return float(spearmanr(*zip(*pairs, strict=True)).statistic)
