"""Models of institutions, doctors, rings and settlements that compare features: what one declares, what it answers.

The contract is that of every model: a higher score is stranger; an answer does not depend on what else is judged with
it, since what the peers are like was learned before; the same data and seed give the same answers; the percentile is
the place within the peer group; the strongest reasons come with their numbers; blind spots are declared. A model ranks
and explains; it never proposes a deduction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from lianshen.anomaly.code import code_fingerprint
from lianshen.anomaly.features import Frame
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.spec import Floats, Ints, Text
from lianshen.findings import Certainty, Level

Subject = Literal["institution", "doctor", "network", "settlement"]
Frames = Mapping[str, Frame]
Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a score: ``text_zh`` says it in one sentence with its numbers, ``share`` is its part (0 to 1)."""

    name: str
    text_zh: str
    actual: str | None = None
    expected: str | None = None
    share: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what is stored."""
        return {
            "name": self.name, "text_zh": self.text_zh, "actual": self.actual, "expected": self.expected,
            "share": None if self.share is None else round(self.share, 4),
        }  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """What a model says of each subject: arrays and lists of equal length.

    ``subject_id`` is an institution code, ``<institution>/<doctor>``, a settlement id, or a hash of a ring's members;
    ``institution`` None where a ring has no single one. ``actual``, ``expected``, ``low`` and ``high`` are in ``unit``,
    NaN where the model has none. ``because`` are the ``because_…`` facts of the finding's sentence, money as text in
    yuan; ``members`` the settlements concerned, strongest first.
    """

    subject_id: Text
    period: Text
    institution: Text
    score: Floats
    percentile: Floats
    peers: Text
    peer_rows: Ints
    actual: Floats
    expected: Floats
    low: Floats
    high: Floats
    unit: str
    exposure_fen: Ints
    is_finding: Bools
    severity: Ints
    because: list[dict[str, Any]]
    reasons: list[list[Reason]]
    members: list[tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.subject_id)


Planting = tuple[str, ...]
"""What one change was planted in: the subject, or the settlements of one ring."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Known changes in a copy of later frames: how far up a version ranks them measures it without any label.

    ``plant(frames, month, rng)`` leaves the frames it is given as they are and returns frames in which some subjects of
    ``month`` were changed or added, and which: subjects as ``judge`` names them, of a model of networks settlements.
    No planting says that the frames are too small. Changes are graded from slight to plain, so that a good version and
    a better one differ. ``needs_history``: ``judge`` says nothing without the months before; else it is given only days
    later than those learned from. ``what`` and ``what_zh`` say on card and page what is planted.
    """

    plant: Callable[[Frames, str, np.random.Generator], tuple[Frames, list[Planting]]]
    what: str
    what_zh: str
    needs_history: bool = False


@dataclass(frozen=True, slots=True)
class SubjectModel:
    """One model. ``features`` name views ``sql/features/<name>.sql``.

    The views of a settlement's model read ``subject`` (column setl_id), all others ``period`` (one row: since, until;
    half open); none uses a row dated outside. ``history_months`` before the judged month belong to the period.
    ``needs`` are tables without whose rows nothing can be judged, with what to tell people then. ``learn(frames,
    seed)`` and ``judge(learned, frames, month)`` are pure; ``measure`` gives metrics of later frames for the card.
    """

    id: str
    version: int
    title: str
    title_zh: str
    about: str
    about_zh: str
    subject: Subject
    features: tuple[str, ...]
    learn: Callable[[Frames, int], Learned]
    judge: Callable[[Learned, Frames, str], Judged]
    sentence_zh: str
    facts: Mapping[str, str]
    level: Level
    basis: tuple[str, ...]
    handler: tuple[str, ...]
    not_a_finding_when: tuple[str, ...]
    reviewer_checks: tuple[str, ...]
    blind_spots: tuple[str, ...]
    certainty: Certainty = "suspicious"
    history_months: int = 0
    needs: Mapping[str, str] = field(default_factory=dict)
    measure: Callable[[Learned, Frames, str], dict[str, Any]] | None = None
    probe: Probe | None = None
    """By what a challenger has to be better than the champion; without one whoever approves decides."""
    population: str = "profile.bill WHERE TRUE"
    """Of a settlement's model: the rows that it can score; ``AND …`` may follow."""
    window_days: int = 365
    max_train_rows: int = 100_000

    @property
    def fingerprint(self) -> str:
        """A hash of the code that the model learns and judges by, the library's and its own; comments do not count."""
        return code_fingerprint(*sorted({self.learn.__module__, self.judge.__module__}))
