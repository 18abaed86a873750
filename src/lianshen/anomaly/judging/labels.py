"""What labels add: the earlier days' schemes are confirmed, and one kind of scheme at a time is held back.

The labelled score and the exploration share the capacity: the one finds what is like what was confirmed, the other
what nobody has confirmed yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lianshen.anomaly.judging.baselines import features
from lianshen.anomaly.judging.evidence import Evidence
from lianshen.anomaly.judging.exploring import Exploration, places, share_out
from lianshen.anomaly.judging.reading import Judgeable
from lianshen.anomaly.labelled import fit_predict
from lianshen.anomaly.spec import Floats
from lianshen.anomaly.subject import Bools

ORDINARY_ROWS = 6_000
"""Ordinary settlements that are learned from beside all the confirmed ones."""
EXPLORED = 3
"""Every third settlement that is looked at is one that no label points at."""


@dataclass(frozen=True)
class Teacher:
    """Learns from the earlier days; what was labelled can be held back."""

    judgeable: Judgeable
    evidence: Evidence
    exploration: Exploration
    seed: int

    def score(self, held_back: str | None = None) -> Floats:
        """Return one score per later settlement, learned from labels without those of the scheme ``held_back``.

        Settlements of that scheme stay among the earlier days as what nobody looked at: they count as ordinary.
        """
        unlabelled = self.evidence.combined()
        known, labels = self._lesson(held_back)
        if not labels.any():
            return unlabelled
        frame = features(self.judgeable)
        for number, name in enumerate(self.evidence.models):
            frame[name] = self.evidence.values[:, number]
        rows = np.flatnonzero(known)
        asked = np.flatnonzero(self.judgeable.is_judged)
        learned = np.zeros(len(self.judgeable))
        learned[asked] = fit_predict(frame.iloc[rows], list(labels[rows]), frame.iloc[asked], seed=self.seed, threads=2)
        keys = [str(key) for key in self.judgeable.bills.key[asked]]
        best = np.lexsort((-unlabelled[asked], -learned[asked]))
        order = share_out([keys[row] for row in best], self.exploration, EXPLORED)
        found = np.zeros(len(self.judgeable))
        found[asked] = len(order) - places(keys, order)
        return found

    def _lesson(self, held_back: str | None) -> tuple[Bools, Bools]:
        """Return which settlements to learn from, and which of all are labelled as confirmed."""
        judgeable = self.judgeable
        labels = judgeable.is_positive & judgeable.is_known
        if held_back is not None:
            labels &= judgeable.scheme != held_back
        ordinary = np.flatnonzero(judgeable.is_known & ~labels)
        rng = np.random.default_rng(self.seed)
        chosen = rng.choice(ordinary, size=min(ORDINARY_ROWS, len(ordinary)), replace=False)
        known = labels.copy()
        known[chosen] = True
        return known, labels


def schemes(judgeable: Judgeable) -> Iterator[tuple[str, Bools]]:
    """Yield each kind of scheme with its settlements of the later days."""
    for name in sorted({str(one) for one in judgeable.scheme if one is not None}):
        yield name, judgeable.is_judged & judgeable.is_positive & (judgeable.scheme == name)
