"""Every model there is: each module of this package that names a ``MODEL``. A new one is a new file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable

import lianshen_models
from lianshen.anomaly.errors import ModelNotFound
from lianshen.anomaly.spec import AnomalyModel
from lianshen.anomaly.subject import SubjectModel
from lianshen.anomaly.texts import ModelText, model_text

Model = AnomalyModel | SubjectModel


def _every() -> Iterable[Model]:
    for module in pkgutil.iter_modules(lianshen_models.__path__):
        found = getattr(importlib.import_module(f"{lianshen_models.__name__}.{module.name}"), "MODEL", None)
        if isinstance(found, Model):
            yield found


MODELS: tuple[Model, ...] = tuple(sorted(_every(), key=lambda model: model.id))
STAY_MODELS: tuple[AnomalyModel, ...] = tuple(model for model in MODELS if isinstance(model, AnomalyModel))


def find_model(model_id: str) -> Model:
    """Return the model with this id, however it is capitalised."""
    for model in MODELS:
        if model.id == model_id.upper():
            return model
    raise ModelNotFound(f"there is no model {model_id}; there are: {', '.join(model.id for model in MODELS)}")


def model_texts() -> dict[str, ModelText]:
    """Return by id what a case says about each model's findings."""
    return {model.id: model_text(model) for model in MODELS}
