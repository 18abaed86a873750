"""Judges institutions, doctors and rings each night: the month reached and the one before, anew.

A judgement is a function of the warehouse, the day reached and the champion. Older months stay as they were said last.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from lianshen.anomaly.profiles import refresh_profiles
from lianshen.anomaly.results import difference
from lianshen.anomaly.scoring import ModelRun, ScoreRun, counted, score_night, usable_champion
from lianshen.anomaly.spec import AnomalyModel
from lianshen.anomaly.store import ModelStore, StoredModel
from lianshen.anomaly.subject import SubjectModel
from lianshen.anomaly.subject_results import FOUND_SETTLEMENTS, FOUND_SUBJECTS, SCORES, as_arrow, words_of
from lianshen.anomaly.windows import month_before, read_window, window_of

MONTHS_JUDGED = 2


def score_models(
    con: duckdb.DuckDBPyConnection,
    store: ModelStore,
    models: Iterable[AnomalyModel | SubjectModel],
    *,
    threads: int = 1,
    content: Path | None = None,
) -> ScoreRun:
    """Do everything that a night does with models: renew profiles, score settlements, judge institutions and rings.

    The caller holds the transaction.
    """
    every = tuple(models)
    refresh_profiles(con, content)
    rings = [model for model in every if isinstance(model, SubjectModel) and model.subject != "settlement"]
    stays = [model for model in every if model not in rings]
    scored = score_night(con, store, stays, threads=threads, content=content)
    return ScoreRun(scored.models + score_subjects(con, store, rings, content=content).models)


def score_subjects(
    con: duckdb.DuckDBPyConnection,
    store: ModelStore,
    models: Iterable[SubjectModel],
    *,
    content: Path | None = None,
) -> ScoreRun:
    """Replace ``audit.subject_score`` and the findings of ``models`` for the month reached and the one before.

    A model without a usable champion, or whose data were never received, judges nothing and says why; that is no
    error, and what it said before goes. The caller holds the transaction. Settlements whose findings changed go to
    ``work.dirty_settlement``. Profiles are up to date.
    """
    found = con.execute("SELECT as_of FROM intake.reached").fetchone()
    reached: date | None = found[0] if found else None
    return ScoreRun(tuple(_judge_one(con, store, model, reached, content) for model in models))


def why_not(con: duckdb.DuckDBPyConnection, model: SubjectModel) -> str | None:
    """Return what the model lacks, in Chinese; None when every table that it needs holds rows."""
    words = _lacking(con, model)
    return None if words is None else f"{model.id} {model.title_zh}：{words}"


def _lacking(con: duckdb.DuckDBPyConnection, model: SubjectModel) -> str | None:
    for table, words in model.needs.items():
        if con.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None:
            return words
    return None


def _note_what_lacks(con: duckdb.DuckDBPyConnection, model: SubjectModel) -> None:
    """Keep what the model lacks, for pages; whether it was ever trained does not matter."""
    con.execute("DELETE FROM audit.model_lack WHERE model_id = ?", [model.id])
    if (words := _lacking(con, model)) is not None:
        con.execute("INSERT INTO audit.model_lack VALUES (?, ?, ?)", [model.id, model.title_zh, words])


def _judge_one(
    con: duckdb.DuckDBPyConnection, store: ModelStore, model: SubjectModel, reached: date | None, content: Path | None
) -> ModelRun:
    started = time.perf_counter()
    champion, reason = usable_champion(store, model, content)
    # What was never received comes before what was therefore never trained.
    reason = why_not(con, model) or reason
    _note_what_lacks(con, model)
    con.execute("CREATE OR REPLACE TEMP TABLE judged_month (period VARCHAR)")
    con.execute("CREATE OR REPLACE TEMP TABLE judged AS SELECT * FROM audit.subject_score LIMIT 0")
    for column, kind in (("severity", "INTEGER"), ("because", "JSON")):
        con.execute(f"ALTER TABLE judged ADD COLUMN {column} {kind}")
    months = [month_before(reached.strftime("%Y-%m"), back) for back in range(MONTHS_JUDGED)] if reached else []
    con.executemany("INSERT INTO judged_month VALUES (?)", [[month] for month in months] or [[None]])
    looked_at = 0
    if champion is not None and reason is None and reached is not None:
        try:
            looked_at = sum(_judge_month(con, model, champion, month, reached, content) for month in months)
        except duckdb.Error:
            raise
        except Exception as error:  # noqa: BLE001 - one model's mistake costs its own findings of a night, not the night
            said = f"{model.id} stopped itself ({type(error).__name__}: {error}): what it said before stands"
            return ModelRun(model.id, champion.version, 0, 0, 0, 0, round(time.perf_counter() - started, 3), said)
    findings, changed = _replace(con, model)
    seconds = round(time.perf_counter() - started, 3)
    version = champion.version if champion else None
    return ModelRun(model.id, version, looked_at, looked_at, findings, changed, seconds, reason)


def _judge_month(
    con: duckdb.DuckDBPyConnection, model: SubjectModel, champion: StoredModel, month: str, reached: date,
    content: Path | None,
) -> int:  # fmt: skip
    """Add what the champion says of a month to ``judged``; return of how many subjects."""
    since, until = window_of(month, model.history_months, reached)
    frames = {name: read_window(con, name, since, until, content) for name in model.features}
    if not any(len(frame) for frame in frames.values()):
        return 0
    judged = model.judge(champion.load(), frames, month)
    con.register("judged_batch", as_arrow(model, champion.version, judged))
    con.execute("INSERT INTO judged BY NAME SELECT * FROM judged_batch")
    con.unregister("judged_batch")
    return len(judged)


def _replace(con: duckdb.DuckDBPyConnection, model: SubjectModel) -> tuple[int, int]:
    """Put what was judged in the place of what stood; return findings, and settlements whose findings changed."""
    scope = f"model_id = '{model.id}' AND period IN (SELECT period FROM judged_month)"
    con.execute(f"DELETE FROM audit.subject_score WHERE {scope}")
    con.execute(f"INSERT INTO audit.subject_score BY NAME {SCORES}")
    old_subjects = f"FROM audit.subject_finding WHERE source_id = '{model.id}'"
    con.execute(f"DELETE {old_subjects} AND period IN (SELECT period FROM judged_month)")
    old = f"FROM audit.finding WHERE source_id = '{model.id}'"
    old += " AND (because ->> 'because_month') IN (SELECT period FROM judged_month)"
    con.execute("CREATE OR REPLACE TEMP TABLE found_ring AS SELECT * FROM audit.finding LIMIT 0")
    if model.subject == "network":
        con.execute(f"INSERT INTO found_ring BY NAME {FOUND_SETTLEMENTS.format(**words_of(model))}")
    else:
        con.execute(f"INSERT INTO audit.subject_finding BY NAME {FOUND_SUBJECTS.format(**words_of(model))}")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE ring_changed AS SELECT DISTINCT setl_id FROM "
        + difference(f"SELECT * EXCLUDE (counted_a2) {old}", "SELECT * EXCLUDE (counted_a2) FROM found_ring")
    )
    con.execute(f"DELETE {old}")
    # A settlement that an older month's ring holds already stays with that ring.
    con.execute("INSERT OR IGNORE INTO audit.finding SELECT * FROM found_ring")
    con.execute("INSERT OR IGNORE INTO work.dirty_settlement SELECT setl_id FROM ring_changed")
    findings = counted(con, "SELECT COUNT(*) FROM judged WHERE is_finding")
    changed = counted(con, "SELECT COUNT(*) FROM ring_changed")
    for name in ("judged_month", "judged", "found_ring", "ring_changed"):
        con.execute(f"DROP TABLE temp.{name}")
    return findings, changed
