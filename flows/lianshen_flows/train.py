"""Train the models on what has settled so far, and promote what is better out of time."""

from __future__ import annotations

from datetime import date
from typing import Any

from prefect import flow

from lianshen.anomaly import train_model
from lianshen.config import Settings
from lianshen_models.catalogue import MODELS

from . import steps
from .nightly import Do, as_task


@flow(name="train", validate_parameters=True)
def train(until: date | None = None) -> list[dict[str, Any]]:
    """Fit every model on settlements before ``until`` (default: all); settings come from the environment."""
    with steps.open_workshop(Settings()) as workshop:
        return train_all(workshop, until, as_task)


def train_all(workshop: steps.Workshop, until: date | None, do: Do) -> list[dict[str, Any]]:
    """Fit, evaluate and store each model; return what its card says."""
    last = workshop.connection.execute("SELECT MAX(setl_date) + 1 FROM mart.settlement").fetchone()
    cut = until or (last[0] if last else None) or date.max
    return [do(fit, workshop, model, cut).summary() for model in MODELS]


def fit(workshop: steps.Workshop, model: Any, until: date) -> Any:
    """Fit one model and store it with its card."""
    return train_model(workshop.connection, model, workshop.store, until=until)
