"""What the models say of each settlement, on one scale: its own strangeness, and that of whom it belongs to.

The scale is -log of the share of peers that are at least as strange, as the outlier detectors have it among themselves
(H.-P. Kriegel and others, Interpreting and unifying outlier scores, SDM 2011). What an institution, a doctor or a ring
is said to be counts for the settlements that the model names, the ones it names first a little more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import numpy as np

from lianshen.anomaly.judging.measures import rareness
from lianshen.anomaly.judging.reading import Judgeable
from lianshen.anomaly.spec import AnomalyModel, Floats, Ints
from lianshen.anomaly.subject import SubjectModel

NOT_FOUND = 0.5
"""Weight of a judgement that the model itself does not find worth telling."""
LAST_NAMED = 0.5
"""Weight of the settlement that a model names last beside the one that it names first."""
OTHERS = 0.25
"""Weight of what the other models say beside what the surest one says."""
_SURE = 1e-6
_BEYOND = 0.01

_OWN = """
SELECT s.setl_id, s.score, s.percentile, f.setl_id IS NOT NULL AS is_finding
FROM audit.score AS s
LEFT JOIN audit.finding AS f ON s.setl_id = f.setl_id AND f.source_id = s.model_id
WHERE s.model_id = $model ORDER BY s.setl_id
"""
_MEMBERS = """
WITH named AS (
    SELECT j.percentile, j.is_finding, JSON_ARRAY_LENGTH(j.members) AS many,
        m.value ->> '$' AS setl_id, CAST(m.key AS INTEGER) AS place
    FROM audit.subject_score AS j, LATERAL JSON_EACH(j.members) AS m
    WHERE j.model_id = $model
)

SELECT setl_id, percentile, is_finding, many, place FROM named
QUALIFY ROW_NUMBER() OVER (PARTITION BY setl_id ORDER BY is_finding DESC, percentile DESC, place) = 1
ORDER BY setl_id
"""


@dataclass(frozen=True)
class Evidence:
    """What each model says of each settlement: settlements × models, 0 for nothing."""

    models: tuple[str, ...]
    values: Floats

    def combined(self) -> Floats:
        """Return one score per settlement: the surest model, and a quarter of what all the others say."""
        if not self.models:
            return np.zeros(len(self.values))
        surest = self.values.max(axis=1)
        found: Floats = surest + OTHERS * (self.values.sum(axis=1) - surest)
        return found


def read_evidence(
    con: duckdb.DuckDBPyConnection, judgeable: Judgeable, models: Iterable[AnomalyModel | SubjectModel]
) -> Evidence:
    """Read the scores of ``models`` in ``audit.score`` and ``audit.subject_score`` for every settlement."""
    names, columns = [], []
    for model in models:
        is_own = isinstance(model, AnomalyModel) or model.subject == "settlement"
        names.append(model.id)
        columns.append((_own if is_own else _belonging)(con, judgeable, model.id))
    values = np.column_stack(columns) if columns else np.zeros((len(judgeable), 0))
    return Evidence(tuple(names), values)


def _own(con: duckdb.DuckDBPyConnection, judgeable: Judgeable, model: str) -> Floats:
    """Return what a model of settlements says: its percentile among peers, and its place among the earlier days."""
    rows = con.execute(_OWN, {"model": model}).fetchnumpy()
    at, among = _places(judgeable, rows["setl_id"])
    if not len(at):
        return np.zeros(len(judgeable))
    score, percentile = rows["score"][among], np.ma.filled(rows["percentile"].astype(float), np.nan)[among]
    told = np.ma.filled(rows["is_finding"], False)[among]
    early = np.sort(score[judgeable.is_early[at]])
    placed = rareness(early, score) if len(early) else np.zeros(len(score))
    # Places among few peers are coarse, places among all do not know the peers: each gets half a say.
    strange = np.where(np.isnan(percentile), placed, (placed + _strangeness(percentile)) / 2)
    # Beyond what the earlier days showed, the score itself goes on telling rows apart.
    strange += _BEYOND * np.searchsorted(np.sort(score), score) / len(score)
    values = np.zeros(len(judgeable))
    values[at] = strange * np.where(told, 1.0, NOT_FOUND)
    return values


def _belonging(con: duckdb.DuckDBPyConnection, judgeable: Judgeable, model: str) -> Floats:
    """Return what a model of institutions, doctors or rings says of the settlements that it names."""
    rows = con.execute(_MEMBERS, {"model": model}).fetchnumpy()
    at, among = _places(judgeable, rows["setl_id"])
    values = np.zeros(len(judgeable))
    if len(at):
        last = np.maximum(rows["many"][among] - 1, 1)
        faded = 1 - (1 - LAST_NAMED) * rows["place"][among] / last
        told = np.where(rows["is_finding"][among], 1.0, NOT_FOUND)
        values[at] = _strangeness(rows["percentile"][among].astype(float)) * faded * told
    return values


def _strangeness(percentile: Floats) -> Floats:
    found: Floats = -np.log(np.maximum(1 - np.clip(percentile, 0, 1), _SURE))
    return found


def _places(judgeable: Judgeable, keys: np.ndarray[tuple[int], np.dtype[np.object_]]) -> tuple[Ints, Ints]:
    """Return rows of the settlements that ``keys`` name, and the places of these in ``keys``."""
    position = {key: row for row, key in enumerate(judgeable.bills.key)}
    pairs = [(position[key], place) for place, key in enumerate(keys) if key in position]
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]
