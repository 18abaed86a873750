"""Anomaly models: a contract, a store, training and scoring; the models themselves are in ``lianshen_models``.

:func:`score` and :func:`fit_predict` are for any pandas data frame, so that the detectors can be measured anywhere.

scikit-learn and skops are imported when a model is fitted, stored or applied, never by importing this package.
"""

from lianshen.anomaly.errors import ApprovalRefused, FrameRefused, ModelDamaged, ModelNotFound, TooFewRows
from lianshen.anomaly.labelled import fit_predict
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.nights import score_models
from lianshen.anomaly.outcome import ModelCard, Untrained
from lianshen.anomaly.outliers import OutlierEnsemble, score
from lianshen.anomaly.registry import approve, standing
from lianshen.anomaly.scoring import ModelRun, ScoreRun, score_night
from lianshen.anomaly.spec import AnomalyModel, Category, Thresholds
from lianshen.anomaly.store import ModelStore, StoredModel
from lianshen.anomaly.subject import Judged, Reason, SubjectModel
from lianshen.anomaly.subject_training import train_model, train_or_say
from lianshen.anomaly.training import train
from lianshen.anomaly.watching import Measure, watch_models

__all__ = [
    "AnomalyModel",
    "ApprovalRefused",
    "Category",
    "FrameRefused",
    "Judged",
    "Learned",
    "Measure",
    "ModelCard",
    "ModelDamaged",
    "ModelNotFound",
    "ModelRun",
    "ModelStore",
    "OutlierEnsemble",
    "Reason",
    "ScoreRun",
    "StoredModel",
    "SubjectModel",
    "Thresholds",
    "TooFewRows",
    "Untrained",
    "approve",
    "fit_predict",
    "score",
    "score_models",
    "score_night",
    "standing",
    "train",
    "train_model",
    "train_or_say",
    "watch_models",
]
