"""Labels, where there are some: what reviewers confirmed, beside what is merely strange.

Extremely randomised trees (P. Geurts, D. Ernst, L. Wehenkel, Machine Learning 63, 2006) that also see the outlier
scores (Y. Zhao, M. Hryniewicki, XGBOD, IJCNN 2018), a random forest and a logistic regression; their log-odds are
averaged. Trees learn from a handful of confirmed rows without being sure of them, the regression carries on beyond
what was seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lianshen.anomaly.errors import FrameRefused
from lianshen.anomaly.outliers import OutlierEnsemble
from lianshen.anomaly.spec import Floats

if TYPE_CHECKING:
    from pandas import DataFrame, Series

TREES = 300
MOST_SURE = 0.999
"""Trees say 0 and 1 where all leaves agree; their log-odds have to stay finite beside the regression's."""
STRANGENESS = 0.1
"""Weight of being strange beside each of the three: it orders rows that no label speaks of."""


def fit_predict(
    train: DataFrame, labels: Sequence[Any] | Series[Any] | None, test: DataFrame, *, seed: int = 0, threads: int = 1
) -> Series[float]:
    """Learn from ``train`` and return per row of ``test`` how likely it is like those labelled, on its index.

    ``labels`` has one entry for each row of ``train``: true or 1 what was confirmed, false or 0 what was found
    ordinary, None or NaN what nobody looked at, which counts as ordinary. With a confirmed and an ordinary row the
    answer is a probability at the share of confirmed rows in ``train``. Without labels, or without a confirmed row,
    it is how strange the row is beside ``train``, from 0 towards 1; see :class:`OutlierEnsemble`. A row's answer does
    not depend on the other rows of ``test``.

    :raises FrameRefused: if nothing can be learned from ``train``, ``test`` lacks a column of it, or the labels are
        not one for each row or say something else.
    """
    known = np.zeros(len(train)) if labels is None else _read(labels, len(train))
    if known.all() and len(known):
        raise FrameRefused("every label is 1: without an ordinary row there is nothing to tell them from")
    ensemble = OutlierEnsemble(train, seed=seed, threads=threads)
    if not known.any():
        return ensemble.score(test)
    from pandas import Series

    share = known.mean()
    prior = float(np.log(share / (1 - share)))
    odds = _log_odds(ensemble, train, known, test, seed, threads)
    return Series(1 / (1 + np.exp(-(odds + prior))), index=test.index, name="score")


def _read(labels: Sequence[Any] | Series[Any], rows: int) -> Floats:
    from pandas import Series, to_numeric

    if len(labels) != rows:
        raise FrameRefused(f"{len(labels)} labels for {rows} rows: give one for each, None where nobody looked")
    given = Series(list(labels), dtype="object")
    try:
        known = to_numeric(given.where(given.notna(), 0).map(lambda one: int(one) if isinstance(one, bool) else one))
    except (TypeError, ValueError) as error:
        raise FrameRefused(f"a label is no number ({error}): want 1 for confirmed, 0 for ordinary, None") from error
    if not known.isin((0, 1)).all():
        raise FrameRefused(f"label {known[~known.isin((0, 1))].iloc[0]}: want 1 for confirmed, 0 for ordinary, or None")
    return np.asarray(known, dtype=float)


def _log_odds(
    ensemble: OutlierEnsemble, train: DataFrame, known: Floats, test: DataFrame, seed: int, threads: int
) -> Floats:
    """Return the log-odds of ``test`` as if half of all rows were confirmed."""
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    seen, unseen = ensemble.encoder.views(train), ensemble.encoder.views(test)
    if not len(test):
        return np.zeros(0)
    strange, strange_too = ensemble.own_strangeness(), ensemble.strangeness(test)
    common = {"n_estimators": TREES, "min_samples_leaf": 2, "random_state": seed, "n_jobs": threads}
    extra = ExtraTreesClassifier(class_weight="balanced", **common)
    forest = RandomForestClassifier(class_weight="balanced_subsample", **common)
    linear = LogisticRegression(class_weight="balanced", max_iter=1000)
    answers = (
        extra.fit(np.hstack([seen.plain, strange]), known).predict_proba(np.hstack([unseen.plain, strange_too])),
        forest.fit(seen.plain, known).predict_proba(unseen.plain),
        linear.fit(seen.scaled, known).predict_proba(unseen.scaled),
    )
    odds = np.zeros(len(test))
    for answer in answers:
        sure = np.clip(answer[:, 1], 1 - MOST_SURE, MOST_SURE)
        odds += np.log(sure / (1 - sure)) / len(answers)
    found: Floats = odds + STRANGENESS * (strange_too.mean(axis=1) - strange.mean())
    return found
