"""Judges all models out of time against schemes that they were not told of, beside what anybody would try first."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from lianshen.anomaly.errors import TooFewRows
from lianshen.anomaly.judging import baselines
from lianshen.anomaly.judging.evidence import read_evidence
from lianshen.anomaly.judging.exploring import read_exploration
from lianshen.anomaly.judging.labels import Teacher, schemes
from lianshen.anomaly.judging.measures import (
    AtCapacity,
    at_capacity,
    average_precision,
    calibration,
    chances,
    control_sample,
)
from lianshen.anomaly.judging.reading import Judgeable, read_judgeable
from lianshen.anomaly.judging.results import BY_YUAN, LABELLED, MODELS, Judgement, ModelEvaluation, SchemeRecall
from lianshen.anomaly.nights import score_models
from lianshen.anomaly.outliers import OutlierEnsemble
from lianshen.anomaly.profiles import refresh_profiles
from lianshen.anomaly.spec import AnomalyModel, Floats
from lianshen.anomaly.store import ModelStore
from lianshen.anomaly.subject import SubjectModel
from lianshen.anomaly.subject_training import train_model

Model = AnomalyModel | SubjectModel
PER_THOUSAND = 4.0
"""Settlements of a night that are looked at, in a thousand, where no capacity is named."""
CONTROL_ROWS = 1_000


def evaluate_models(
    con: duckdb.DuckDBPyConnection, truth: Path, models: Iterable[Model], *,
    judged_from: date | None = None, capacity: int | None = None, seed: int = 11, with_labels: bool = True,
    content: Path | None = None, progress: Callable[[str], None] = lambda _: None,
) -> ModelEvaluation:  # fmt: skip
    """Train ``models`` on the earlier days, score everything, and hold the later days against the answer key.

    ``capacity`` is a number of settlements a night, by default four of a thousand. Nothing in the warehouse changes:
    everything happens in a transaction that is taken back. Raises :class:`NothingToJudge`, see
    :func:`read_judgeable`.
    """
    with _taken_back(con), tempfile.TemporaryDirectory(prefix="lianshen-models-") as folder:
        refresh_profiles(con, content)
        judgeable = read_judgeable(con, truth, judged_from=judged_from)
        every = tuple(models)
        silent = _train_and_score(con, every, ModelStore(Path(folder)), judgeable, content, progress)
        spoke = [model for model in every if model.id not in silent]
        return _judge(con, judgeable, spoke, silent, capacity, seed, with_labels, progress)


@contextmanager
def _taken_back(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    con.begin()
    try:
        yield
    finally:
        con.rollback()


def _train_and_score(
    con: duckdb.DuckDBPyConnection, models: tuple[Model, ...], store: ModelStore, judgeable: Judgeable,
    content: Path | None, progress: Callable[[str], None],
) -> dict[str, str]:  # fmt: skip
    """Train on the earlier days and score all; return the models that could not, and why."""
    silent: dict[str, str] = {}
    for model in models:
        progress(f"training {model.id}")
        try:
            train_model(con, model, store, until=judgeable.judged_from, content=content)
        except TooFewRows as error:
            silent[model.id] = str(error)
    # What the champions of this installation said is not what is judged here.
    ids = ", ".join(f"'{model.id}'" for model in models) or "''"
    for table, column in (("score", "model_id"), ("subject_score", "model_id"), ("finding", "source_id")):
        con.execute(f"DELETE FROM audit.{table} WHERE {column} IN ({ids})")
    progress("scoring")
    for run in score_models(con, store, models, content=content).models:
        if run.reason and run.model_id not in silent:
            silent[run.model_id] = run.reason
    return silent


def _judge(
    con: duckdb.DuckDBPyConnection, judgeable: Judgeable, models: list[Model], silent: dict[str, str],
    capacity: int | None, seed: int, with_labels: bool, progress: Callable[[str], None],
) -> ModelEvaluation:  # fmt: skip
    judged = judgeable.is_judged
    nightly = capacity or max(1, round(PER_THOUSAND * float(judged.sum()) / max(judgeable.nights, 1) / 1000))
    looked_at = nightly * judgeable.nights
    evidence = read_evidence(con, judgeable, models)
    combined = evidence.combined()
    orders: list[tuple[str, str, Floats]] = [(MODELS, "models", combined)]
    chance = chances(combined[judgeable.is_known], judgeable.is_positive[judgeable.is_known], combined)
    if chance is not None:
        # As a queue is ordered: what is expected to come back.
        orders.append((BY_YUAN, "models", chance * np.maximum(judgeable.bills["fund_fen"].astype(float), 0)))
    teacher = Teacher(judgeable, evidence, read_exploration(con, judgeable, models), seed)
    if with_labels:
        progress("learning from labels of the earlier days")
        orders.append((LABELLED, "models", teacher.score()))
    orders += [(name, "naive", score) for name, score in baselines.naive(judgeable, seed)]
    progress("fitting detectors to the same features")
    frame = baselines.features(judgeable)
    own = OutlierEnsemble(frame[judgeable.is_early], seed=seed, threads=2).score(frame)
    orders.append(("own ensemble", "detector", own.to_numpy()))
    if baselines.has_pyod():
        orders += [(name, "detector", score) for name, score in baselines.pyod_scores(judgeable, seed)]
    judgements = tuple(_order(judgeable, looked_at, *order) for order in orders)
    best = max((one for one in judgements if one.kind == "naive"), key=lambda one: one.precision)
    taken = {name: at_capacity(score[judged], judgeable.is_positive[judged], judgeable.excess_fen[judged], looked_at)
             for name, _, score in orders}  # fmt: skip
    recalls = []
    for scheme, rows in schemes(judgeable):
        mine, instance = rows[judged], judgeable.instance[judged]
        without: AtCapacity | None = None
        if with_labels:
            progress(f"holding back the labels of {scheme}")
            score = teacher.score(scheme)[judged]
            without = at_capacity(score, judgeable.is_positive[judged], judgeable.excess_fen[judged], looked_at)
        recalls.append(
            SchemeRecall(
                scheme, int(mine.sum()), len(np.unique(instance[mine])), taken[MODELS].found(mine, instance),
                taken[BY_YUAN].found(mine, instance) if BY_YUAN in taken else None,
                None if without is None else without.found(mine, instance), taken[MODELS].recall(mine),
                taken[LABELLED].recall(mine) if with_labels else None,
                None if without is None else without.recall(mine), taken[best.name].recall(mine),
            )
        )  # fmt: skip
    strata = np.array([f"{care} {level}" for care, level in zip(
        judgeable.bills["care"][judged], judgeable.bills["level"][judged], strict=True)], dtype=object)  # fmt: skip
    positive = judgeable.is_positive[judged]
    return ModelEvaluation(
        judgeable.judged_from, judgeable.until, judgeable.nights, int(judged.sum()), int(positive.sum()),
        int(judgeable.excess_fen[judged & judgeable.is_positive].sum()),
        int((judgeable.is_left_out & ~judgeable.is_early).sum()), looked_at,
        control_sample(strata, positive, CONTROL_ROWS, seed), judgements, tuple(recalls),
        tuple(model.id for model in models), silent, baselines.has_pyod(),
    )  # fmt: skip


def _order(judgeable: Judgeable, capacity: int, name: str, kind: str, score: Floats) -> Judgement:
    judged, known = judgeable.is_judged, judgeable.is_known
    positive, fen = judgeable.is_positive[judged], judgeable.excess_fen[judged]
    found = at_capacity(score[judged], positive, fen, capacity)
    if name == "random":
        # What is expected of chance, rather than what one draw came to.
        rate = float(positive.mean()) if len(positive) else 0.0
        share = found.looked_at / max(len(positive), 1)
        total = int(fen[positive].sum())
        base = calibration(np.zeros(int(known.sum())), judgeable.is_positive[known], np.zeros(len(positive)), positive)
        return Judgement(name, kind, rate, rate, rate * found.looked_at, round(total * share), share, base)
    total = int(fen[positive].sum())
    # What labels taught fits the earlier days too well to learn there what it means.
    fit = None
    if name != LABELLED:
        fit = calibration(score[known], judgeable.is_positive[known], score[judged], positive)
    return Judgement(
        name, kind, average_precision(score[judged], positive), found.precision, found.hits, round(found.captured_fen),
        found.captured_fen / total if total else 0.0, fit,
    )  # fmt: skip
