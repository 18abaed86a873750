"""Train the models on what has settled so far: compared with the champion out of time, promoted when approved."""

from __future__ import annotations

from datetime import date
from typing import Any

from prefect import flow

from lianshen.anomaly import ModelCard, TooFewRows, Untrained, train_or_say
from lianshen.config import Settings
from lianshen.errors import LianshenError
from lianshen_models.catalogue import MODELS

from . import steps
from .nightly import Do, as_task

TRAINER = "flow train"
"""Who trains, in the registers: a person approves, or the policy of the installation does."""


@flow(name="train", validate_parameters=True)
def train(until: date | None = None) -> list[dict[str, Any]]:
    """Fit every model on settlements before ``until`` (default: all); settings come from the environment."""
    settings = Settings()
    with steps.open_workshop(settings) as workshop:
        return train_all(workshop, until, as_task, auto_approve=settings.auto_approve_models)


def train_all(workshop: steps.Workshop, until: date | None, do: Do, *, auto_approve: bool) -> list[dict[str, Any]]:
    """Fit, evaluate, compare and store each model; return what its card says, or why there is none.

    One model that cannot be trained does not hold up the others. ``auto_approve``: what is better than the champion
    scores at once, "approved by policy"; else it waits for ``lianshen models approve``.

    Raises:
        TooFewRows: no model could be trained.
        LianshenError: models failed for another reason; raised when the others are done.
    """
    last = workshop.connection.execute("SELECT MAX(setl_date) + 1 FROM mart.settlement").fetchone()
    cut = until or (last[0] if last else None) or date.max
    results: list[ModelCard | Untrained] = []
    failed = []
    for model in MODELS:
        try:
            results.append(do(fit, workshop, model, cut, auto_approve))
        except LianshenError as error:
            failed.append(f"{model.id}: {error}")
    if failed:
        raise LianshenError("\n".join(failed))
    if not any(isinstance(result, ModelCard) for result in results):
        raise TooFewRows("; ".join(result.state for result in results))
    return [result.summary() for result in results]


def fit(workshop: steps.Workshop, model: Any, until: date, auto_approve: bool) -> ModelCard | Untrained:
    """Fit one model and store it with its card, or say why that cannot be yet."""
    return train_or_say(
        workshop.connection, model, workshop.store, until=until, promote=auto_approve, by=TRAINER,
        content=workshop.settings.content,
    )  # fmt: skip
