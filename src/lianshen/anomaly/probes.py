"""Planted probes: how well a version of a model ranks changes that were planted in later data, without any label.

Some subjects in a copy of what came after learning are changed in a known way, or rings are added; the version judges
the copy, and what was planted ought to come first. The same frames and seed give the same plantings, whatever was
learned: champion and challenger are judged on the very same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lianshen.anomaly.errors import NoProbe
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.spec import Floats
from lianshen.anomaly.subject import Bools, Frames, Judged, Probe, SubjectModel

MEASURE = "probe_average_precision"
LEAST_PLANTED = 5
ENOUGH = 30
"""Plantings, of which a resampled difference says something."""
MOST_COPIES = 6


@dataclass(frozen=True)
class Probed:
    """How a version does on what was planted.

    ``precision`` has for each planting the share of planted ones among all that rank as high as it or higher; their
    mean is the average precision (ties count as one step), each planting once however many settlements it has.
    ``recall`` is the share of what was planted that becomes a finding, ``false_findings`` that of the rest, of whom
    there are ``ordinary``.
    """

    precision: Floats
    recall: float
    false_findings: float
    ordinary: int

    @property
    def average_precision(self) -> float:
        """1 where everything planted ranks above all the rest; about the share of planted subjects by chance."""
        return float(self.precision.mean())

    def as_metrics(self) -> dict[str, Any]:
        """Return what stands on the card."""
        return {
            MEASURE: round(self.average_precision, 4),
            "probe_recall": round(self.recall, 4),
            "probe_false_findings": round(self.false_findings, 6),
            "probe_planted": len(self.precision),
            "probe_ordinary": self.ordinary,
        }


def probed(model: SubjectModel, learned: Learned, frames: Frames, month: str, seed: int) -> Probed:
    """Plant the model's probes in a copy of ``frames``, let ``learned`` judge ``month``, and measure the order.

    Where a copy takes few, further ones are planted elsewhere, until there are :data:`ENOUGH` in all.

    Raises:
        NoProbe: the model has none, or there is too little in the frames to plant anything in.
    """
    if model.probe is None:
        raise NoProbe(f"{model.id} has no probes")
    rounds: list[Probed] = []
    while len(rounds) < MOST_COPIES and sum(len(one.precision) for one in rounds) < ENOUGH:
        rounds.append(_of_copy(model, model.probe, learned, frames, month, np.random.default_rng([seed, len(rounds)])))
    return Probed(
        precision=np.concatenate([one.precision for one in rounds]),
        recall=float(np.average([one.recall for one in rounds], weights=[len(one.precision) for one in rounds])),
        false_findings=float(np.mean([one.false_findings for one in rounds])),
        ordinary=rounds[0].ordinary,
    )


def _of_copy(
    model: SubjectModel, probe: Probe, learned: Learned, frames: Frames, month: str, rng: np.random.Generator
) -> Probed:
    if not any(len(frame) for frame in frames.values()):
        raise NoProbe(f"nothing of {month} is there to plant probes in")
    changed, plantings = probe.plant(frames, month, rng)
    if len(plantings) < LEAST_PLANTED:
        raise NoProbe(f"too little of {month} is there to plant {LEAST_PLANTED} probes in")
    score, found = _answers(model, model.judge(learned, changed, month), changed, month)
    planted = [one for group in plantings for one in group]
    ordinary = sorted(score.keys() - set(planted))
    if not ordinary:
        raise NoProbe(f"nothing of {month} is left beside the probes")
    last = min(score.values()) - 1
    values = np.array([score.get(one, last) for one in (*ordinary, *planted)])
    is_found = np.array([one in found for one in planted], dtype=np.float64)
    group = np.repeat(np.arange(len(plantings)), [len(one) for one in plantings])
    size = np.bincount(group)
    precision = _precision_at(values, np.arange(len(values)) >= len(ordinary))
    return Probed(
        precision=np.bincount(group, weights=precision) / size,
        recall=float((np.bincount(group, weights=is_found) / size).mean()),
        false_findings=len(found - set(planted)) / len(ordinary),
        ordinary=len(ordinary),
    )


def _answers(model: SubjectModel, judged: Judged, frames: Frames, month: str) -> tuple[dict[str, float], set[str]]:
    """Return the score of every subject that could rank, and those that are findings.

    In networks settlements rank, each by the strangest ring that it belongs to; most belong to none and rank last.
    """
    if model.subject != "network":
        score = {str(key): float(value) for key, value in zip(judged.subject_id, judged.score, strict=True)}
        return score, {str(key) for key in judged.subject_id[judged.is_finding]}
    view = frames[model.features[0]]
    score = dict.fromkeys((str(key) for key in view.key[view["setl_month"] == month]), 0.0)
    found: set[str] = set()
    for value, is_finding, members in zip(judged.score, judged.is_finding, judged.members, strict=True):
        for one in members:
            score[one] = max(score.get(one, 0.0), float(value))
        found.update(members if is_finding else ())
    return score, found


def _precision_at(score: Floats, positive: Bools) -> Floats:
    """Return for each positive row the share of positives among the rows that score as high or higher."""
    wanted = score[positive]

    def as_high(values: Floats) -> Floats:
        return np.asarray(len(values) - np.searchsorted(np.sort(values), wanted, "left"), dtype=np.float64)

    return as_high(wanted) / as_high(score)
