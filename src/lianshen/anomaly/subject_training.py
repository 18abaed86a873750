"""Trains a model of subjects: learn from the past, measure on what came after, store with a card."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from lianshen.anomaly.card import subject_card
from lianshen.anomaly.compare import Comparison, compare_learned, learned_later
from lianshen.anomaly.drift import baseline_of_frames
from lianshen.anomaly.errors import NoProbe, TooFewRows
from lianshen.anomaly.features import features_fingerprint, read_features
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.nights import why_not
from lianshen.anomaly.outcome import ModelCard, Untrained, opponent, settle
from lianshen.anomaly.probes import Probed, probed
from lianshen.anomaly.profiles import refresh_profiles
from lianshen.anomaly.spec import AnomalyModel, Floats
from lianshen.anomaly.store import ModelStore
from lianshen.anomaly.subject import Frames, SubjectModel
from lianshen.anomaly.training import UNNAMED, data_fingerprint, split_days, train
from lianshen.anomaly.windows import first_day, month_before, read_window


def train_model(
    con: duckdb.DuckDBPyConnection,
    model: AnomalyModel | SubjectModel,
    store: ModelStore,
    *,
    until: date,
    holdout_days: int | None = None,
    promote: bool = True,
    by: str = UNNAMED,
    at: datetime | None = None,
    content: Path | None = None,
) -> ModelCard:
    """Train any model of the catalogue; see :func:`lianshen.anomaly.train` and :func:`train_subjects`."""
    if isinstance(model, SubjectModel):
        return train_subjects(
            con, model, store, until=until, holdout_days=holdout_days, promote=promote, by=by, at=at, content=content
        )
    return train(
        con, model, store, until=until, holdout_days=holdout_days, promote=promote, by=by, at=at, content=content
    )


def train_or_say(
    con: duckdb.DuckDBPyConnection,
    model: AnomalyModel | SubjectModel,
    store: ModelStore,
    *,
    until: date,
    holdout_days: int | None = None,
    promote: bool = True,
    by: str = UNNAMED,
    at: datetime | None = None,
    content: Path | None = None,
) -> ModelCard | Untrained:
    """Train a model, or say why that cannot be yet (too few rows, a feed that is absent), so that the others go on."""
    try:
        return train_model(
            con, model, store, until=until, holdout_days=holdout_days, promote=promote, by=by, at=at, content=content
        )
    except TooFewRows as error:
        return Untrained(model.id, model.title, str(error))


def train_subjects(
    con: duckdb.DuckDBPyConnection,
    model: SubjectModel,
    store: ModelStore,
    *,
    until: date,
    holdout_days: int | None = None,
    seed: int = 11,
    promote: bool = True,
    by: str = UNNAMED,
    at: datetime | None = None,
    content: Path | None = None,
) -> ModelCard:
    """Let ``model`` learn from what settled before the last part of the days before ``until``, and store it.

    The last ``holdout_days`` (default: those of the latest fifth of the settlements, at most 28) measure what was
    learned; what was measured is what is stored. No row dated ``until`` or later is read.

    Raises:
        TooFewRows: there is nothing to learn from, or what the model needs was never received.
    """
    refresh_profiles(con, content)
    if (lack := why_not(con, model)) is not None:
        raise TooFewRows(f"{lack}；{model.id} cannot be trained")
    first, judged_from = split_days(con, "profile.bill WHERE TRUE", "setl_date", until, holdout_days, model)
    # What a judgement may look back on, learning may look back on too: a register of months begins before the nights.
    since = first_day(month_before(f"{first:%Y-%m}", model.history_months)) if model.history_months else first
    frames = _frames(con, model, since, judged_from, content)
    if not any(len(frame) for frame in frames.values()):
        raise TooFewRows(
            f"{model.id} finds nothing dated from {first} to {judged_from} to learn from: load more nights"
        )
    learned = model.learn(frames, seed)
    trial = Trial.of(con, model, judged_from, until, seed, content)
    later = _frames(con, model, since, until, content) if model.history_months else trial.frames
    last = until - timedelta(days=1)
    metrics: dict[str, Any] = model.measure(learned, later, last.strftime("%Y-%m")) if model.measure else {}
    own = trial.of_version(learned)
    metrics |= own.as_metrics() if isinstance(own, Probed) else {}
    identity = _identity(model, frames, seed, content)
    document = {
        **identity,
        "id": model.id, "model_version": model.version, "title": model.title, "title_zh": model.title_zh,
        "columns": {name: list(frame.columns) for name, frame in frames.items()},
        "data": {
            **identity["data"],
            "from": first.isoformat(), "holdout_from": judged_from.isoformat(), "until": until.isoformat(),
            "rows": sum(len(frame) for frame in frames.values()),
            "holdout_rows": sum(len(frame) for frame in later.values()),
        },
        "metrics": metrics,
        "probe": trial.as_json(own),
        "baseline": baseline_of_frames(dict(frames), _scores(model, learned, later, last.strftime("%Y-%m"))),
    }  # fmt: skip
    comparison = _against_champion(con, store, model, learned, trial, own, until, content)
    stored = store.save(model.id, identity["version"], document, learned, subject_card(model, document))
    return settle(store, model, stored, None, comparison, promote=promote, by=by, at=at)


def _scores(model: SubjectModel, learned: Learned, later: Frames, month: str) -> Floats | None:
    """Return how what was learned scores what came later: the distribution that later months are held against."""
    return model.judge(learned, later, month).score if any(len(frame) for frame in later.values()) else None


@dataclass(frozen=True)
class Trial:
    """The later days in which probes are planted: those from ``since`` on, and the month of them with most rows."""

    model: SubjectModel
    since: date
    frames: Frames
    month: str
    seed: int

    @classmethod
    def of(
        cls, con: duckdb.DuckDBPyConnection, model: SubjectModel, since: date, until: date, seed: int,
        content: Path | None,
    ) -> Trial:  # fmt: skip
        """Read what came in [since, until), and the months before where the model says nothing without them."""
        month = busiest_month(con, since, until)
        if month is None:
            return cls(model, since, {}, f"{since:%Y-%m}", seed)
        with_history = model.probe is not None and model.probe.needs_history
        first = first_day(month_before(month, model.history_months)) if with_history else since
        return cls(model, since, _frames(con, model, first, until, content), month, seed)

    def of_version(self, learned: Learned) -> Probed | str:
        """Return how a version does on what is planted, or why nothing can be."""
        try:
            return probed(self.model, learned, self.frames, self.month, self.seed)
        except NoProbe as error:
            return str(error)

    def as_json(self, own: Probed | str) -> dict[str, Any]:
        """Return what stands on card and page beside the metrics."""
        probe = self.model.probe
        return {
            "what": probe.what if probe else "", "what_zh": probe.what_zh if probe else "", "month": self.month,
            "since": self.since.isoformat(), "seed": self.seed, "why_not": own if isinstance(own, str) else None,
        }  # fmt: skip


def busiest_month(con: duckdb.DuckDBPyConnection, since: date, until: date) -> str | None:
    """Return the month with most settlements in [since, until), of two the later one; None where nothing settled."""
    found = con.execute(
        "SELECT setl_month FROM profile.bill WHERE setl_date >= ? AND setl_date < ? "
        "GROUP BY setl_month ORDER BY COUNT(*) DESC, setl_month DESC LIMIT 1",
        [since, until],
    ).fetchone()
    return str(found[0]) if found else None


def _against_champion(
    con: duckdb.DuckDBPyConnection, store: ModelStore, model: SubjectModel, learned: Learned,
    trial: Trial, own: Probed | str, until: date, content: Path | None,
) -> Comparison:  # fmt: skip
    """Compare with the champion on what settled later than what either learned from."""
    champion, unopposed = opponent(store, model, content)
    if champion is None:
        return unopposed
    since = max(trial.since, date.fromisoformat(champion.document["data"]["holdout_from"]))
    same = since == trial.since
    both = trial if same else Trial.of(con, model, since, until, trial.seed, content)
    return compare_learned(
        model, champion.version, since.isoformat(), champion.load(), learned, both.frames, both.month, both.seed,
        newer=learned_later(trial.since, champion.document),
        challenger=own if same and isinstance(own, Probed) else None,
    )  # fmt: skip


def _frames(
    con: duckdb.DuckDBPyConnection, model: SubjectModel, since: date, until: date, content: Path | None
) -> Frames:
    if model.subject != "settlement":
        return {name: read_window(con, name, since, until, content) for name in model.features}
    keys = (
        f"SELECT setl_id FROM {model.population} AND setl_date >= DATE '{since}' AND setl_date < DATE '{until}' "
        f"ORDER BY MD5(setl_id), setl_id LIMIT {model.max_train_rows}"
    )
    return {name: read_features(con, name, keys, content) for name in model.features}


def _identity(model: SubjectModel, frames: Frames, seed: int, content: Path | None) -> dict[str, Any]:
    import sklearn

    known = {
        "code": model.fingerprint,
        "features": features_fingerprint(model.features, content),
        "data": {"fingerprint": data_fingerprint(*frames.values())},
        "seed": seed,
        "scikit_learn": sklearn.__version__,
    }
    return {"version": hashlib.sha256(repr(known).encode()).hexdigest()[:12], **known}
