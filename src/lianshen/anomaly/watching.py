"""Watches the champions: features and scores of each period against training, and how many findings were upheld.

Weeks for models of settlements, months for models of institutions, doctors and rings. What a period says is kept in
``ledger.model_drift``; a night measures the last two weeks anew and the months that are over and not measured yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from lianshen.anomaly.drift import LEAST_ROWS, Baseline, psi, word_zh
from lianshen.anomaly.errors import ModelDamaged
from lianshen.anomaly.features import Frame, frame_of, read_features
from lianshen.anomaly.scoring import usable_champion
from lianshen.anomaly.spec import AnomalyModel
from lianshen.anomaly.store import ModelStore, StoredModel
from lianshen.anomaly.subject import SubjectModel
from lianshen.anomaly.windows import first_day, month_before, read_window, window_of

WEEKS = 12
SAMPLE = 5_000
"""Settlements of a week whose features are read, chosen by a hash of their key."""
CAPACITY = 50
"""Findings of a week that reviewers get to, the strangest first."""
Z = 1.96
COLUMNS = ("model_id", "model_version", "period", "kind", "name", "n_rows", "value", "noise", "low", "high")

Model = AnomalyModel | SubjectModel


@dataclass(frozen=True)
class Measure:
    """One line of ``ledger.model_drift``."""

    period: str
    kind: str
    name: str
    n_rows: int
    value: float
    noise: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def word_zh(self) -> str:
        """What it means; empty for a precision."""
        return word_zh(self.value, self.noise) if self.noise is not None else ""


def watch_models(
    con: duckdb.DuckDBPyConnection,
    store: ModelStore,
    models: Iterable[Model],
    *,
    whole: bool = False,
    capacity: int = CAPACITY,
    content: Path | None = None,
) -> dict[str, list[Measure]]:
    """Measure what has come in against training and keep it; return by model what was measured.

    ``whole``: every week of the last twelve and every month judged, also one that is not over. A model without a
    champion that can score is left out. The caller holds the transaction.
    """
    found = con.execute("SELECT as_of FROM intake.reached").fetchone()
    reached: date | None = found[0] if found else None
    done: dict[str, list[Measure]] = {}
    if reached is None:
        return done
    for model in models:
        try:
            champion, _ = usable_champion(store, model, content)
        except ModelDamaged:
            continue
        if champion is None or "baseline" not in champion.document:
            continue
        measured = [*_periods(con, model, champion, reached, whole, content), *precision(con, model.id, capacity)]
        _keep(con, model.id, champion.version, measured)
        done[model.id] = measured
    return done


def _periods(
    con: duckdb.DuckDBPyConnection, model: Model, champion: StoredModel, reached: date, whole: bool,
    content: Path | None,
) -> list[Measure]:  # fmt: skip
    baseline: Baseline = champion.document["baseline"]
    measured: list[Measure] = []
    if isinstance(model, AnomalyModel) or model.subject == "settlement":
        monday = reached - timedelta(days=reached.weekday())
        for week in range(WEEKS if whole else 2):
            since = monday - timedelta(weeks=week)
            frames, score = _week(con, model, champion.version, since, content)
            measured += measure_period(baseline, since.strftime("%G-W%V"), frames, score)
        return measured
    for month in _months(con, model, champion.version, reached, whole):
        since, until = window_of(month, model.history_months, reached)
        frames = {name: read_window(con, name, since, until, content) for name in model.features}
        query = "SELECT score FROM audit.subject_score WHERE model_id = ? AND period = ?"
        score = con.execute(query, [model.id, month]).fetchnumpy()["score"]
        measured += measure_period(baseline, month, frames, np.asarray(score))
    return measured


def _week(
    con: duckdb.DuckDBPyConnection, model: Model, version: str, since: date, content: Path | None
) -> tuple[dict[str, Frame], np.ndarray[Any, Any]]:
    day = model.date if isinstance(model, AnomalyModel) else "setl_date"
    dated = f"{model.population} AND {day} >= DATE '{since}' AND {day} < DATE '{since + timedelta(weeks=1)}'"
    keys = f"SELECT setl_id FROM {dated} ORDER BY MD5(setl_id), setl_id LIMIT {SAMPLE}"
    frames = {name: read_features(con, name, keys, content) for name in model.features}
    scores = frame_of(
        con,
        f"SELECT setl_id, score FROM audit.score WHERE model_id = '{model.id}' AND model_version = '{version}' "
        f"AND setl_id IN ({keys})",
    )
    return frames, scores["score"]


def _months(con: duckdb.DuckDBPyConnection, model: SubjectModel, version: str, reached: date, whole: bool) -> list[str]:
    """Return the months to measure: of all that were judged those that are over and not measured yet."""
    judged = con.execute(
        "SELECT DISTINCT period FROM audit.subject_score WHERE model_id = ? ORDER BY 1", [model.id]
    ).fetchall()
    known = con.execute(
        "SELECT DISTINCT period FROM ledger.model_drift WHERE model_id = ? AND model_version = ?", [model.id, version]
    ).fetchall()
    over = [month for (month,) in judged if first_day(month_before(month, -1)) <= reached + timedelta(days=1)]
    return [month for (month,) in judged] if whole else [month for month in over if (month,) not in known]


def measure_period(
    baseline: Baseline, period: str, frames: dict[str, Frame], score: np.ndarray[Any, Any]
) -> list[Measure]:
    """Return the PSI of every feature and of the scores in one period; nothing where too little came in."""
    values = {f"{view}.{name}": column for view, frame in frames.items() for name, column in frame.columns.items()}
    if len(frames) == 1:
        values |= next(iter(frames.values())).columns
    measured = []
    for name, bins in baseline["features"].items():
        if name in values and len(values[name]) >= LEAST_ROWS:
            index, noise = psi(bins, values[name])
            measured.append(Measure(period, "feature", name, len(values[name]), index, noise))
    if baseline["score"] is not None and len(score) >= LEAST_ROWS:
        index, noise = psi(baseline["score"], score)
        measured.append(Measure(period, "score", "score", len(score), index, noise))
    return measured


def precision(con: duckdb.DuckDBPyConnection, model_id: str, capacity: int = CAPACITY) -> list[Measure]:
    """Return by week of decision how many of the model's decided findings were upheld: the strangest ``capacity``.

    Nothing before the first case with such a finding was closed.
    """
    rows = con.execute(
        """
        WITH decided AS (
            SELECT v.finding_id, MAX(v.decided_on) AS decided_on, BOOL_OR(v.is_upheld) AS is_upheld
            FROM casework.verdict AS v WHERE v.source_id = ? GROUP BY v.finding_id
        ),
        ranked AS (
            SELECT STRFTIME(d.decided_on, '%G-W%V') AS period, d.is_upheld,
                ROW_NUMBER() OVER (
                    PARTITION BY STRFTIME(d.decided_on, '%G-W%V') ORDER BY s.score DESC NULLS LAST, d.finding_id
                ) AS place
            FROM decided AS d
            LEFT JOIN audit.finding AS f ON d.finding_id = f.finding_id
            LEFT JOIN audit.score AS s ON f.setl_id = s.setl_id AND f.source_id = s.model_id
        )
        SELECT period, COUNT(*), COUNT(*) FILTER (is_upheld) FROM ranked WHERE place <= ?
        GROUP BY period ORDER BY period
        """,
        [model_id, capacity],
    ).fetchall()
    return [Measure(period, "precision", "precision", n, hits / n, None, *wilson(hits, n)) for period, n, hits in rows]


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the bounds of 95 % of a share (E. Wilson, Journal of the American Statistical Association 22, 1927)."""
    share, z2 = hits / n, Z * Z
    centre, half = share + z2 / (2 * n), Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, (centre - half) / (1 + z2 / n)), min(1.0, (centre + half) / (1 + z2 / n))


def _keep(con: duckdb.DuckDBPyConnection, model_id: str, version: str, measured: list[Measure]) -> None:
    """Put the measures in the place of those of the same periods; precision is always said anew."""
    periods = sorted({one.period for one in measured if one.kind != "precision"})
    con.execute(
        "DELETE FROM ledger.model_drift WHERE model_id = ? AND (kind = 'precision' OR model_version = ? "
        "AND period IN (SELECT UNNEST(?::VARCHAR[])))",
        [model_id, version, periods],
    )
    if measured:
        marks = ", ".join("?" * len(COLUMNS))
        con.executemany(
            f"INSERT INTO ledger.model_drift ({', '.join(COLUMNS)}) VALUES ({marks})",
            [
                (model_id, version, one.period, one.kind, one.name, one.n_rows, one.value, one.noise, one.low, one.high)
                for one in measured
            ],
        )
