"""What every anomaly model states about itself. The library fits, stores and scores; a model only declares.

The contract: a higher score is stranger; a row's score does not depend on the rows that are scored with it; the
same data and seed give the same scores; the strongest reasons come with their numbers; blind spots are declared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lianshen.anomaly.code import code_fingerprint
from lianshen.findings import Certainty, Level

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Text = npt.NDArray[np.object_]


class Estimator(Protocol):
    """The part of scikit-learn's interface that the library uses."""

    def fit(self, X: Floats, y: Floats) -> Any: ...

    def predict(self, X: Floats) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Category:
    """A charge category that can be a reason: the feature ``<name>_fen`` holds its amount."""

    name: str
    title: str
    title_zh: str
    alone_suffices: bool = True
    """Whether this category alone can carry a finding when it holds nearly all of the excess."""


@dataclass(frozen=True, slots=True)
class Count:
    """Days or pieces that are expected beside the cost: the feature ``name`` holds how many there were."""

    name: str
    title_zh: str
    unit_zh: str


@dataclass(frozen=True, slots=True)
class Factor:
    """What an expectation is made of: the columns that say one thing together, and how it reads in Chinese.

    ``said`` is filled from the row's columns; ``words`` replace ``column=value``. ``missing`` is said where the first
    column of the row is missing.
    """

    name: str
    columns: tuple[str, ...]
    said: str
    missing: str
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a score becomes a finding, and how far calibration trusts small groups."""

    score: float = 3.5
    """MADs of the peer group above which a stay is out of line (MD-11)."""
    driver_share: float = 0.10
    """A driving category holds at least this share of the excess …"""
    driver_ratio: float = 1.5
    """… costs at least this many times what is expected of it …"""
    driver_tilt: float = 1.2
    """… and takes at least this many times the part of the bill that it takes among the peers: where every category
    grew alike, the stay was longer or the illness graver, and no category drives it."""
    drivers: int = 2
    """This many driving categories make a finding …"""
    dominant_share: float = 0.75
    """… or a single one that holds at least this share of the excess and may stand alone."""
    min_peers: int = 200
    """Stays a peer group needs for a centre and MAD of its own; smaller ones are pooled into the next wider one."""
    prior_stays: float = 30.0
    """Weight of the wider group, in stays, when a group's shares of the charge categories are estimated."""
    min_category_rows: int = 20
    """A code seen on fewer training rows is treated as missing, so that its wider column speaks."""


@dataclass(frozen=True, slots=True)
class AnomalyModel:
    """One model. ``features`` names the view ``sql/features/<name>.sql``, whose key is setl_id.

    ``build(seed, quantile, categorical)`` returns an untrained scikit-learn regressor for one quantile, given
    which columns are categorical. ``population`` is ``<table> WHERE <condition>`` for the rows it can score; ``AND …``
    may follow. ``target`` is the log of ``actual`` (in fen). ``peers`` and ``shares`` list
    groups of columns from narrow to wide; the widest, everything together, needs no mention. ``facts`` labels every
    ``because_…`` fact of a finding in Chinese, ``peer_words`` names the peers: by ``column=value``, or by ``column``
    with ``{}`` for the value.
    """

    id: str
    version: int
    title: str
    title_zh: str
    about: str
    about_zh: str
    features: tuple[str, ...]
    population: str
    date: str
    categorical: tuple[str, ...]
    numeric: tuple[str, ...]
    target: str
    actual: str
    quantiles: tuple[float, float, float]
    build: Callable[[int, float, tuple[int, ...]], Estimator]
    categories: tuple[Category, ...]
    peers: tuple[tuple[str, ...], ...]
    shares: tuple[tuple[str, ...], ...]
    segment: str
    certainty: Certainty
    level: Level
    basis: tuple[str, ...]
    handler: tuple[str, ...]
    sentence_zh: str
    facts: Mapping[str, str]
    not_a_finding_when: tuple[str, ...]
    reviewer_checks: tuple[str, ...]
    blind_spots: tuple[str, ...]
    peer_words: Mapping[str, str] = field(default_factory=dict)
    counts: tuple[Count, ...] = ()
    build_count: Callable[[int, tuple[int, ...]], Estimator] | None = None
    """Returns an untrained regressor of a count's mean, given which columns are categorical."""
    factors: tuple[Factor, ...] = ()
    """Every column of the matrix belongs to one of them."""
    thresholds: Thresholds = Thresholds()
    min_train_rows: int = 500
    max_train_rows: int = 100_000
    window_days: int = 365

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the matrix that the estimators see, categorical ones first."""
        return self.categorical + self.numeric

    @property
    def fingerprint(self) -> str:
        """A hash of the code that decides a fit, the library's and the model's own; comments do not count."""
        return code_fingerprint("lianshen.anomaly.fit", self.build.__module__)
