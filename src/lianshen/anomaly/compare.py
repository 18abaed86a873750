"""Champion against challenger: the same measure on the same later rows, seen by neither.

Two fits of expected cost are compared by the pinball loss of their three quantiles (a proper score of expectation and
interval together), row by row; resampling those differences (paired bootstrap, B. Efron, Annals of Statistics 7, 1979)
says how sure the difference is. Models of subjects are compared by the measure that they name; one that names none
shows how far the two agree, and whoever approves decides.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.fitted import Scores
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.spec import AnomalyModel, Floats
from lianshen.anomaly.subject import Frames, Judged, SubjectModel

RESAMPLES = 500
SURE = 0.95
"""One-sided: a challenger is better when this part of the resamples says so."""
LEAST_ROWS = 100


@dataclass(frozen=True)
class Comparison:
    """What came of it. ``is_better`` None: not to be said, ``why`` tells the reason; ``may_score`` is what follows.

    ``better_by`` is the part of the champion's loss that the challenger saves, with its bounds of 90 %.
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


def unseen_by_both(later: Frame, day: str, champion: dict[str, Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which of the later rows the champion was not fitted on either."""
    return np.asarray(later[day] >= np.datetime64(date.fromisoformat(champion["data"]["holdout_from"])))


def compare_fits(
    model: AnomalyModel, champion: str, since: str, target: Floats, old: Scores, new: Scores, seed: int
) -> Comparison:
    """Compare two fits on the same rows, whose actual log costs are ``target``."""
    losses = [row_loss(model, target, scores) for scores in (old, new)]
    measure, rows = "pinball loss of log cost, mean of three quantiles", len(target)
    if rows < LEAST_ROWS:
        why = f"only {rows} rows are later than what {champion} and it were fitted on: train when more have settled"
        return Comparison(champion, False, None, why, measure, since, rows)
    saved = (losses[0] - losses[1]) / max(float(losses[0].mean()), 1e-12)
    rng = np.random.default_rng(seed)
    drawn = np.sort([saved[rng.integers(rows, size=rows)].mean() for _ in range(RESAMPLES)])
    low, high = np.quantile(drawn, [1 - SURE, SURE])
    is_better = bool(low > 0)
    why = "" if is_better else f"no better than {champion} on {rows:,} later rows ({saved.mean():+.1%} of its loss)"
    return Comparison(
        champion, is_better, is_better, why, measure, since, rows,
        float(losses[0].mean()), float(losses[1].mean()), float(saved.mean()), float(low), float(high),
    )  # fmt: skip


def row_loss(model: AnomalyModel, target: Floats, scores: Scores) -> Floats:
    """Return the mean pinball loss of each row over low, middle and high."""
    total = np.zeros(len(target))
    bounds = (scores.log_low, scores.log_expected, scores.log_high)
    for quantile, predicted in zip(model.quantiles, bounds, strict=True):
        error = target - predicted
        total += np.maximum(quantile * error, (quantile - 1) * error)
    return total / len(bounds)


def compare_learned(
    model: SubjectModel, champion: str, since: str, old: Learned, new: Learned, later: Frames, month: str
) -> Comparison:
    """Compare what two versions of a model of subjects say of the same later frames."""
    rows = sum(len(frame) for frame in later.values())
    if not rows:
        why = f"nothing is later than what {champion} and it learned from: train when more has settled"
        return Comparison(champion, False, None, why, since=since)
    if model.yardstick is None or model.measure is None:
        agreement = _agreement(model.judge(old, later, month), model.judge(new, later, month))
        why = "the model has no measure of being right: whoever approves decides"
        return Comparison(champion, True, None, why, "rank correlation of scores", since, rows, agreement=agreement)
    name, direction = model.yardstick
    values = [model.measure(learned, later, month).get(name) for learned in (old, new)]
    if values[0] is None or values[1] is None:
        why = f"{name} cannot be measured on {rows:,} later rows: train when more has settled"
        return Comparison(champion, False, None, why, name, since, rows)
    before, after = float(values[0]), float(values[1])
    saved = (after - before) * (1 if direction == "higher" else -1)
    is_better = saved > 0
    why = "" if is_better else f"no better than {champion} on {rows:,} later rows ({name} {before:g} and {after:g})"
    share = saved / abs(before) if before else None
    return Comparison(champion, is_better, is_better, why, name, since, rows, before, after, share)


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
