"""Scores what a night touched, and whatever the current champion has not scored yet.

Results are replaced, never added: for each settlement in scope the old score and finding give way
to the new ones, or to none when the stay was withdrawn. Running again changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from lianshen.anomaly.features import features_fingerprint, read_features
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.results import create_results, keep_results, replace_results
from lianshen.anomaly.spec import AnomalyModel
from lianshen.anomaly.store import ModelStore, StoredModel
from lianshen.anomaly.subject import SubjectModel
from lianshen.anomaly.subject_results import keep_judged

ROWS_AT_ONCE = 50_000


@dataclass(frozen=True)
class ModelRun:
    """One model's part: settlements looked at, scored, with a finding, and whose results really changed."""

    model_id: str
    version: str | None
    looked_at: int
    scored: int
    findings: int
    changed: int
    seconds: float
    reason: str | None
    """Why nothing was scored; None when it was."""


@dataclass(frozen=True)
class ScoreRun:
    """What all models did."""

    models: tuple[ModelRun, ...]

    @property
    def scored(self) -> int:
        return sum(run.scored for run in self.models)

    @property
    def findings(self) -> int:
        return sum(run.findings for run in self.models)

    def summary(self) -> list[dict[str, Any]]:
        """Return what a flow or ``--json`` prints."""
        return [asdict(run) for run in self.models]


def score_night(
    con: duckdb.DuckDBPyConnection,
    store: ModelStore,
    models: Iterable[AnomalyModel | SubjectModel],
    *,
    threads: int = 1,
    content: Path | None = None,
) -> ScoreRun:
    """Replace ``audit.score`` and ``audit.finding`` of ``models`` for touched settlements and unscored stays.

    A model without a usable champion scores nothing and says why; that is no error. The caller holds the
    transaction. Settlements whose results changed and that have a finding, or had one, go to ``work.dirty_settlement``.
    """
    return ScoreRun(tuple(_score_one(con, store, model, threads, content) for model in models))


def _score_one(
    con: duckdb.DuckDBPyConnection,
    store: ModelStore,
    model: AnomalyModel | SubjectModel,
    threads: int,
    content: Path | None,
) -> ModelRun:
    started = time.perf_counter()
    champion, reason = usable_champion(store, model, content)
    looked_at = _find_subjects(con, model, champion.version if champion else None)
    create_results(con)
    if champion is not None and looked_at:
        learned = champion.load()
        for part in range(0, looked_at, ROWS_AT_ONCE):
            subject = (
                f"SELECT setl_id FROM anomaly_subject WHERE position >= {part} AND position < {part + ROWS_AT_ONCE}"
            )
            _keep(con, model, champion.version, learned, subject, threads, content)
    scored, findings, changed = replace_results(con, model, champion.version if champion else None)
    seconds = time.perf_counter() - started
    version = champion.version if champion else None
    return ModelRun(model.id, version, looked_at, scored, findings, changed, round(seconds, 3), reason)


def usable_champion(
    store: ModelStore, model: AnomalyModel | SubjectModel, content: Path | None
) -> tuple[StoredModel | None, str | None]:
    """Return the champion that may judge, or why there is none."""
    version = store.champion(model.id)
    if version is None:
        return None, f"{model.id} has no champion in {store.folder}: run 'lianshen models train'"
    stored = store.open(model.id, version)
    made_for = tuple(stored.document[part] for part in ("model_version", "features", "code"))
    if made_for != (model.version, features_fingerprint(model.features, content), model.fingerprint):
        return None, f"{model.id} changed since its champion {version} was trained: run 'lianshen models train'"
    return stored, None


def _keep(
    con: duckdb.DuckDBPyConnection, model: AnomalyModel | SubjectModel, version: str, learned: Learned, subject: str,
    threads: int, content: Path | None,
) -> None:  # fmt: skip
    """Score the settlements that ``subject`` yields and keep what was found in the temporary tables."""
    frames = {name: read_features(con, name, subject, content) for name in model.features}
    if not any(len(frame) for frame in frames.values()):
        return
    if isinstance(model, SubjectModel):
        keep_judged(con, model, version, model.judge(learned, frames, ""))
        return
    from lianshen.anomaly.fit import apply_fit
    from lianshen.anomaly.fitted import Fit

    frame = frames[model.features[0]]
    fit = Fit.of(learned)
    keep_results(con, model, version, frame, fit, apply_fit(model, fit, frame, threads=threads))


def _find_subjects(con: duckdb.DuckDBPyConnection, model: AnomalyModel | SubjectModel, version: str | None) -> int:
    """Fill ``anomaly_subject`` with what to look at; without a champion only with what is no longer there."""
    touched = (
        f"SELECT setl_id FROM work.touched_settlement{'' if version else _GONE.format(population=model.population)}"
    )
    unscored = (
        f"SELECT setl_id FROM {model.population} AND setl_id NOT IN "
        f"(SELECT setl_id FROM audit.score WHERE model_id = '{model.id}' AND model_version = '{version}')"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE anomaly_subject AS "
        "SELECT setl_id, ROW_NUMBER() OVER (ORDER BY setl_id) - 1 AS position "
        f"FROM ({touched}{f' UNION {unscored}' if version else ''})"
    )
    return counted(con, "SELECT COUNT(*) FROM anomaly_subject")


def counted(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """Return the one number that a query gives."""
    found = con.execute(query).fetchone()
    return int(found[0]) if found else 0


_GONE = " WHERE setl_id NOT IN (SELECT setl_id FROM {population})"
