"""Rings that a model found in a month, as judgements: what all models of networks share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lianshen.anomaly.calibration import Levels, learn_percentiles, percentiles
from lianshen.anomaly.features import Frame
from lianshen.anomaly.spec import Floats, Ints, Text
from lianshen.anomaly.subject import Frames, Judged, Reason
from lianshen.anomaly.windows import month_before
from lianshen.anomaly.words import EVERYONE, peers_zh

LEAST_PEERS = 20
_CHANCES = ((12, "万亿分之一"), (8, "亿分之一"), (6, "百万分之一"), (4, "万分之一"), (3, "千分之一"), (2, "百分之一"))


@dataclass(frozen=True)
class Ring:
    """A ring: ``group`` names its peers by the model's columns, ``members`` are settlements, strongest first."""

    id: str
    institution: str | None
    group: tuple[str, ...]
    score: float
    actual: float
    expected: float
    exposure_fen: int
    is_finding: bool
    severity: int
    because: dict[str, Any]
    reasons: list[Reason]
    members: tuple[str, ...]


def month_windows(frames: Frames, history_months: int) -> Iterator[tuple[str, Frames]]:
    """Yield every month that the frames have rows of, with the rows that a judgement of it would look at.

    A frame without a column ``setl_month`` is passed on whole.
    """
    held = [frame["setl_month"] for frame in frames.values() if "setl_month" in frame.columns]
    for month in sorted({str(one) for some in held for one in some}):
        yield month, up_to(frames, month, history_months)


def up_to(frames: Frames, month: str, history_months: int) -> Frames:
    """Return the rows of ``month`` and of the months of history before it, ordered by key."""
    first = month_before(month, history_months)
    return {name: _within(frame, first, month) for name, frame in frames.items()}


def _within(frame: Frame, first: str, last: str) -> Frame:
    if "setl_month" not in frame.columns:
        return frame
    is_ordered = bool((frame.key[1:] >= frame.key[:-1]).all())
    ordered = frame if is_ordered else frame.where(np.argsort(frame.key, kind="stable"))
    return ordered.where((ordered["setl_month"] >= first) & (ordered["setl_month"] <= last))


def learn_places(groups: Sequence[tuple[str, ...]], scores: Sequence[float], columns: tuple[str, ...]) -> Any:
    """Return the percentile table of settlements by the peers' ``columns``; scores as of :func:`member_scores`."""
    calm = [place for place, score in enumerate(scores) if score >= 0]
    groups, scores = [groups[place] for place in calm], [scores[place] for place in calm]
    if not groups:
        # Where nothing of the kind was ever there, whatever comes stands above it.
        groups, scores = [("",) * len(columns)], [0.0]
    return learn_percentiles(_frame(groups, columns), _floats(scores), _levels(columns), LEAST_PEERS)


def member_scores(settlement: Text, rings: Iterable[Ring]) -> list[float]:
    """Return of each settlement the score of the strangest ring that it belongs to: 0 for most, -1 in a finding.

    What no chance explains is not what others are held against, or a ring would be usual where there are two.
    """
    best: dict[str, float] = {}
    for ring in rings:
        for member in ring.members:
            known = best.get(member, 0.0)
            best[member] = -1.0 if ring.is_finding or known < 0 else max(known, ring.score)
    return [best.get(str(key), 0.0) for key in settlement]


def judged_rings(
    rings: Sequence[Ring], month: str, unit: str, columns: tuple[str, ...], places: Any, everyone: str = EVERYONE
) -> Judged:
    """Return the rings, strangest first, in their places among the peers that were learned; ``everyone`` names all."""
    ordered = sorted(rings, key=lambda ring: (-ring.score, ring.id))
    score = _floats([ring.score for ring in ordered])
    place, group, rows = np.zeros(0), _text([]), np.zeros(0, dtype=np.int64)
    if ordered:
        frame = _frame([ring.group for ring in ordered], columns)
        place, group, rows = percentiles(frame, score, _levels(columns), places)
    nothing = np.full(len(ordered), np.nan)
    return Judged(
        subject_id=_text([ring.id for ring in ordered]),
        period=_text([month] * len(ordered)),
        institution=_text([ring.institution for ring in ordered]),
        score=score,
        percentile=place,
        peers=_text([peers_zh(str(name), everyone) for name in group]),
        peer_rows=rows,
        actual=_floats([ring.actual for ring in ordered]),
        expected=_floats([ring.expected for ring in ordered]),
        low=nothing,
        high=nothing,
        unit=unit,
        exposure_fen=np.array([ring.exposure_fen for ring in ordered], dtype=np.int64),
        is_finding=np.array([ring.is_finding for ring in ordered], dtype=np.bool_),
        severity=np.array([ring.severity for ring in ordered], dtype=np.int64),
        because=[{**ring.because, "because_ring": ring.id} for ring in ordered],
        reasons=[ring.reasons for ring in ordered],
        members=[ring.members for ring in ordered],
    )


def rarer_than(score: float) -> str:
    """Return what a chance of ten to the minus ``score`` is below, in words: 万分之一 for 4, nothing above 十分之一."""
    return next((words for least, words in _CHANCES if score >= least), "十分之一")


def by_person(settlement: Text, person: Text, worth: Floats | Ints) -> tuple[str, ...]:
    """Return the settlements, once each, a person's own together, persons and then settlements of most worth first.

    Each member's finding links the next one: what lies together of one person at one institution makes one case.
    """
    of: dict[str, str] = {}
    value: dict[str, float] = {}
    whole: dict[str, float] = {}
    for key, name, one in zip(settlement, person, worth.tolist(), strict=True):
        of[str(key)] = str(name)
        value[str(key)] = value.get(str(key), 0.0) + one
        whole[str(name)] = whole.get(str(name), 0.0) + one
    return tuple(sorted(of, key=lambda key: (-whole[of[key]], of[key], -value[key], key)))


def about(value: float, digits: int = 1, *, percent: bool = False) -> str:
    """Return a number for a sentence; what would round to zero is said to be less than the smallest: 不到0.1."""
    least = 10.0**-digits
    shown = value * 100 if percent else value
    said = f"{shown:.{digits}f}" if shown == 0 or shown >= least / 2 else f"不到{least:.{digits}f}"
    return f"{said}%" if percent else said


def measure_rings(judged: Judged) -> dict[str, Any]:
    """Return what a card says of a month judged after what was learned."""
    found = judged.is_finding
    return {
        "candidates": len(judged),
        "findings": int(found.sum()),
        "settlements_in_findings": sum(len(some) for some, is_it in zip(judged.members, found, strict=True) if is_it),
        "highest_score": round(float(judged.score.max(initial=0.0)), 2),
    }


def _levels(columns: tuple[str, ...]) -> Levels:
    return tuple(columns[:many] for many in range(len(columns), 0, -1))


def _frame(groups: Sequence[tuple[str, ...]], columns: tuple[str, ...]) -> Frame:
    values = {name: _text([group[place] for group in groups]) for place, name in enumerate(columns)}
    return Frame(next(iter(values.values())), values)


def _text(values: Sequence[str | None]) -> Text:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def _floats(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=np.float64)
