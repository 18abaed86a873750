"""Trains a model on the past, judges it on what came after, stores it, and promotes it when it deserves it."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import duckdb
import numpy as np

from lianshen.anomaly.card import card_markdown
from lianshen.anomaly.compare import Comparison, compare_fits, learned_later, unseen_by_both
from lianshen.anomaly.drift import baseline_of_fit
from lianshen.anomaly.errors import TooFewRows
from lianshen.anomaly.evaluate import evaluate, why_not_fit_for_duty
from lianshen.anomaly.features import Frame, features_fingerprint, read_features
from lianshen.anomaly.outcome import ModelCard, opponent, settle
from lianshen.anomaly.profiles import refresh_profiles
from lianshen.anomaly.spec import AnomalyModel
from lianshen.anomaly.store import ModelStore

if TYPE_CHECKING:
    from lianshen.anomaly.fitted import Scores

HELD_OUT = 0.2
LONGEST_HOLDOUT = 28
LEAST_HOLDOUT_ROWS = 100
EXPLAINED_ROWS = 2_000
"""So many of the later rows say on the card what moves the expectation."""
UNNAMED = "unnamed"
"""Who trains, where nobody is named."""


def train(
    con: duckdb.DuckDBPyConnection,
    model: AnomalyModel,
    store: ModelStore,
    *,
    until: date,
    holdout_days: int | None = None,
    seed: int = 11,
    threads: int = 1,
    promote: bool = True,
    by: str = UNNAMED,
    at: datetime | None = None,
    content: Path | None = None,
) -> ModelCard:
    """Fit ``model`` on rows dated before ``until`` and store it with its card.

    The last ``holdout_days`` (default: those of the latest fifth of the rows, at most 28) are kept back to judge the
    fit on rows later than any it saw; the fit that was judged is the one that is stored. No row dated ``until`` or
    later is read. The same rows, code and seed give the same version. One thread is the default: a second
    one, spinning while it waits, made fits eight times slower on a busy machine.

    The version is entered in the register with what it was compared with. ``promote`` is the policy to let a version
    that may score do so without asking; else it waits for :func:`lianshen.anomaly.approve`. ``by`` and ``at``: who
    trains, and when.

    Raises:
        TooFewRows: there are not enough rows to fit on or to judge by.
    """
    from lianshen.anomaly.explain import importance
    from lianshen.anomaly.fit import apply_fit, fit_model

    refresh_profiles(con, content)
    first, judged_from = split_days(con, model.population, model.date, until, holdout_days, model)
    available = _count(con, model, first, judged_from)
    if available < model.min_train_rows:
        raise TooFewRows(
            f"{model.id} needs {model.min_train_rows:,} rows dated before {judged_from} to be fitted, and there are "
            f"{available:,}: load more nights, or train until a later day"
        )
    frame = read_features(con, model.features[0], _sample_sql(model, first, judged_from), content)
    later = read_features(con, model.features[0], _sample_sql(model, judged_from, until), content)
    for found, least, purpose in ((frame, model.min_train_rows, "fitted"), (later, LEAST_HOLDOUT_ROWS, "judged")):
        if len(found) < least:
            raise TooFewRows(
                f"{model.id} needs {least:,} rows with features to be {purpose}, and there are {len(found):,} "
                f"(fitted before {judged_from}, judged from then until {until}): "
                "load more nights, or keep back more days"
            )
    identity = _identity(model, frame, seed, content)
    fit = fit_model(model, frame, seed=seed, threads=threads)
    scores = apply_fit(model, fit, later, threads=threads)
    metrics = evaluate(model, frame, later, scores)
    document = {
        **identity,
        "id": model.id,
        "model_version": model.version,
        "title": model.title,
        "title_zh": model.title_zh,
        "columns": list(model.columns),
        "data": {
            **identity["data"],
            "from": first.isoformat(),
            "holdout_from": judged_from.isoformat(),
            "until": until.isoformat(),
            "rows": len(frame),
            "rows_available": available,
            "holdout_rows": len(later),
        },
        "metrics": metrics,
        "importance": importance(model, fit, later.where(np.arange(min(len(later), EXPLAINED_ROWS)))),
        "baseline": baseline_of_fit(model, frame, fit),
    }
    # Found before this version may take its place.
    comparison = _against_champion(store, model, later, scores, judged_from, seed, threads, content)
    stored = store.save(model.id, identity["version"], document, fit.as_learned(), card_markdown(model, document))
    return settle(
        store, model, stored, why_not_fit_for_duty(metrics), comparison, promote=promote, by=by, at=at
    )  # fmt: skip


def _against_champion(
    store: ModelStore, model: AnomalyModel, later: Frame, scores: Scores, judged_from: date, seed: int, threads: int,
    content: Path | None,
) -> Comparison:  # fmt: skip
    """Compare with the champion on the later rows that neither was fitted on."""
    from lianshen.anomaly.fit import apply_fit
    from lianshen.anomaly.fitted import Fit

    champion, unopposed = opponent(store, model, content)
    if champion is None:
        return unopposed
    both = unseen_by_both(later, model.date, champion.document)
    rows = later.where(both)
    old = apply_fit(model, Fit.of(champion.load()), rows, threads=threads)
    since = str(rows[model.date].min())[:10] if len(rows) else str(champion.document["data"]["holdout_from"])
    newer = learned_later(judged_from, champion.document)
    return compare_fits(model, champion.version, since, rows[model.target], old, scores.where(both), seed, newer)


def _identity(model: AnomalyModel, frame: Frame, seed: int, content: Path | None) -> dict[str, Any]:
    import sklearn

    known = {
        "code": model.fingerprint,
        "features": features_fingerprint(model.features, content),
        "data": {"fingerprint": data_fingerprint(frame)},
        "seed": seed,
        "scikit_learn": sklearn.__version__,
    }
    return {"version": hashlib.sha256(repr(known).encode()).hexdigest()[:12], **known}


def data_fingerprint(*frames: Frame) -> str:
    """Return a hash of every value of the frames, column by column."""
    digest = hashlib.sha256()
    for frame in frames:
        for name, values in frame.columns.items():
            digest.update(name.encode())
            is_text = values.dtype == object
            digest.update("\x1f".join(map(str, values)).encode() if is_text else values.tobytes())
    return digest.hexdigest()[:16]


class Windowed(Protocol):
    """What a model says about the days that it learns from."""

    @property
    def id(self) -> str: ...

    @property
    def window_days(self) -> int: ...


def split_days(
    con: duckdb.DuckDBPyConnection,
    population: str,
    day: str,
    until: date,
    holdout_days: int | None,
    model: Windowed,
) -> tuple[date, date]:
    """Return the first day that is fitted on and the first that is judged by.

    The days before the first night hold only late rows, so the cut follows the rows and not the calendar.
    """
    earliest = until - timedelta(days=model.window_days + LONGEST_HOLDOUT)
    found = con.execute(
        f"SELECT MIN({day}), QUANTILE_DISC({day}, {1 - HELD_OUT}) FROM {population} AND {day} < ? AND {day} >= ?",
        [until, earliest],
    ).fetchone()
    if found is None or found[0] is None:
        raise TooFewRows(f"{model.id} finds no row dated before {until} to be fitted on: load nights first")
    first, cut = found
    if holdout_days is None:
        judged_from = max(cut, until - timedelta(days=LONGEST_HOLDOUT))
    else:
        judged_from = until - timedelta(days=holdout_days)
    return max(first, judged_from - timedelta(days=model.window_days)), judged_from


def _count(con: duckdb.DuckDBPyConnection, model: AnomalyModel, first: date, end: date) -> int:
    found = con.execute(
        f"SELECT COUNT(*) FROM {model.population} AND {model.date} >= ? AND {model.date} < ?", [first, end]
    ).fetchone()
    return int(found[0]) if found else 0


def _sample_sql(model: AnomalyModel, first: date, end: date) -> str:
    """Return the SELECT of the keys dated [first, end): all, or as many as a fit takes, chosen by a hash of the key."""
    dated = f"{model.date} >= DATE '{first}' AND {model.date} < DATE '{end}'"
    return (
        f"SELECT setl_id FROM {model.population} AND {dated} "
        f"ORDER BY MD5(setl_id), setl_id LIMIT {model.max_train_rows}"
    )
