"""What anybody would try first: the dearest, the dearest a day, far from the median; and the detectors of PyOD."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from lianshen.anomaly.groups import members, names
from lianshen.anomaly.judging.reading import Judgeable
from lianshen.anomaly.spec import Floats

if TYPE_CHECKING:
    from pandas import DataFrame

DETECTORS = {
    "IForest": "pyod.models.iforest",
    "ECOD": "pyod.models.ecod",
    "COPOD": "pyod.models.copod",
    "HBOS": "pyod.models.hbos",
    "KNN": "pyod.models.knn",
}
AMOUNTS = (
    "cost_fen", "western_fen", "patent_fen", "herbal_fen", "material_fen", "laboratory_fen", "examination_fen",
    "treatment_fen", "surgery_fen", "nursing_fen", "bed_fen", "consultation_fen", "other_fen",
)  # fmt: skip
COUNTS = ("los_days", "n_lines", "n_items", "n_tests", "n_drugs", "n_doctors", "age")
KINDS = ("care", "level", "scope", "sex", "insutype", "chapter", "department")
MOST_NEIGHBOURS = 20_000
"""Earlier settlements that KNN looks among: more would cost minutes and change little."""
LEAST_PEERS = 30
_PEERS = (("care", "level", "icd3"), ("care", "level", "chapter"), ("care", "level"), ("care",), ())


def naive(judgeable: Judgeable, seed: int) -> Iterator[tuple[str, Floats]]:
    """Yield name and score of each naive order of all settlements."""
    bills = judgeable.bills
    cost = bills["cost_fen"].astype(float)
    yield "random", np.random.default_rng(seed).random(len(bills))
    yield "total cost", cost
    yield "total per day", cost / np.maximum(bills["los_days"].astype(float), 1.0)
    yield "robust z-score", _robust(judgeable, np.log(np.maximum(cost, 1.0)))


def _robust(judgeable: Judgeable, value: Floats) -> Floats:
    """Return how many MADs each lies above the median of its narrowest peer group of the earlier days."""
    centre, spread = np.zeros(len(value)), np.full(len(value), np.inf)
    for columns in reversed(_PEERS):
        for _, rows in members(names(judgeable.bills, columns)):
            early = rows[judgeable.is_early[rows]]
            if len(early) >= LEAST_PEERS or not columns:
                middle = float(np.median(value[early]))
                mad = float(np.median(np.abs(value[early] - middle))) * 1.4826
                centre[rows], spread[rows] = middle, max(mad, 0.05)
    found: Floats = (value - centre) / spread
    return found


def features(judgeable: Judgeable) -> DataFrame:
    """Return what is known of each settlement by itself: logs of the amounts, counts, and kinds."""
    from pandas import DataFrame

    bills = judgeable.bills
    columns: dict[str, Any] = {name: np.log1p(np.maximum(bills[name].astype(float), 0)) for name in AMOUNTS}
    columns |= {name: bills[name].astype(float) for name in COUNTS}
    columns |= {name: bills[name] for name in KINDS}
    return DataFrame(columns)


def has_pyod() -> bool:
    """Return whether PyOD is there."""
    return importlib.util.find_spec("pyod") is not None


def pyod_scores(judgeable: Judgeable, seed: int) -> Iterator[tuple[str, Floats]]:
    """Yield name and score of PyOD's detectors, fitted on the earlier days, of the same features in unit scale."""
    from lianshen.anomaly.frames import FrameEncoder

    frame = features(judgeable)
    encoder = FrameEncoder(frame[judgeable.is_early])
    scaled = encoder.views(frame).scaled
    early = scaled[judgeable.is_early]
    rng = np.random.default_rng(seed)
    for name, module in DETECTORS.items():
        detector_of = getattr(importlib.import_module(module), name)
        detector = detector_of(random_state=seed) if name == "IForest" else detector_of()
        fitted = early
        if name == "KNN" and len(early) > MOST_NEIGHBOURS:
            fitted = early[rng.choice(len(early), MOST_NEIGHBOURS, replace=False)]
        detector.fit(fitted)
        yield f"PyOD {name}", np.asarray(detector.decision_function(scaled), dtype=float)
