"""Every model there is. A new one is a module beside this one and a line here."""

from __future__ import annotations

from lianshen.anomaly.errors import ModelNotFound
from lianshen.anomaly.spec import AnomalyModel
from lianshen.anomaly.texts import ModelText, model_text
from lianshen_models import stay_cost

MODELS: tuple[AnomalyModel, ...] = (stay_cost.MODEL,)


def find_model(model_id: str) -> AnomalyModel:
    """Return the model with this id, however it is capitalised."""
    for model in MODELS:
        if model.id == model_id.upper():
            return model
    raise ModelNotFound(f"there is no model {model_id}; there are: {', '.join(model.id for model in MODELS)}")


def model_texts() -> dict[str, ModelText]:
    """Return by id what a case says about each model's findings."""
    return {model.id: model_text(model) for model in MODELS}
