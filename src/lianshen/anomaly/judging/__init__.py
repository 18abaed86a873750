"""Judging the models out of time on a province with schemes, as ``lianshen evaluate models`` does."""

from lianshen.anomaly.judging.evaluation import evaluate_models
from lianshen.anomaly.judging.reading import NothingToJudge
from lianshen.anomaly.judging.results import Judgement, ModelEvaluation, SchemeRecall

__all__ = ["Judgement", "ModelEvaluation", "NothingToJudge", "SchemeRecall", "evaluate_models"]
