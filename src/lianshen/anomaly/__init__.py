"""Anomaly models: a contract, a store, training and scoring. The models themselves are in ``lianshen_models``.

scikit-learn and skops are imported when a model is fitted, stored or applied, never by importing this package.
"""

from lianshen.anomaly.errors import ModelDamaged, ModelNotFound, TooFewRows
from lianshen.anomaly.scoring import ModelRun, ScoreRun, score
from lianshen.anomaly.spec import AnomalyModel, Category, Thresholds
from lianshen.anomaly.store import ModelStore, StoredModel
from lianshen.anomaly.training import ModelCard, train

__all__ = [
    "AnomalyModel",
    "Category",
    "ModelCard",
    "ModelDamaged",
    "ModelNotFound",
    "ModelRun",
    "ModelStore",
    "ScoreRun",
    "StoredModel",
    "Thresholds",
    "TooFewRows",
    "score",
    "train",
]
