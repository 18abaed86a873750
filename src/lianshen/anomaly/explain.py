"""Why the expectation is what it is: what each thing known of a stay adds to it, exactly.

On the log scale what the columns add is a sum (see :mod:`lianshen.anomaly.trees`); in yuan it is a chain of factors
that leads from the usual stay to the expected cost. Columns that say one thing together (diagnosis and its chapter) are
one factor. The last factor is what the peers' stays came to beyond the trees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lianshen.anomaly.encode import encode
from lianshen.anomaly.features import Frame
from lianshen.anomaly.fitted import Fit, Scores
from lianshen.anomaly.spec import AnomalyModel, Factor, Floats
from lianshen.anomaly.trees import explain_trees

PEERS = "peers"
TELLING = 0.005
"""Factors nearer to one than this stay out of the words; the numbers have them all."""


@dataclass(frozen=True)
class Expectation:
    """Of one stay: the usual cost in fen, and by factor its name, its words, and by how much it multiplies the cost."""

    usual_fen: int
    factors: tuple[tuple[str, str, float], ...]

    def as_json(self) -> list[dict[str, Any]]:
        """Return the factors, strongest first, each with its sentence."""
        return [
            {"name": name, "text_zh": sentence_zh(said, times), "times": f"{times:.4f}"}
            for name, said, times in self.factors
        ]


def sentence_zh(said: str, times: float) -> str:
    """Return a factor in one sentence: 主要诊断J96：预期费用高131%."""
    change = times - 1
    if abs(change) < TELLING:
        return f"{said}：预期费用不变"
    # Beyond three times, a percentage is harder to read than the times.
    if times >= 3:
        return f"{said}：预期费用为{times:.1f}倍"
    return f"{said}：预期费用{'高' if change > 0 else '低'}{abs(change):.0%}"


def explain_expectations(model: AnomalyModel, fit: Fit, frame: Frame, scores: Scores) -> Iterator[Expectation]:
    """Yield of each row what its expected cost is made of; the product is the expected cost, save for rounding."""
    explained = explain_trees(fit.estimators["middle"], encode(model, frame, fit.codes))
    added = grouped(model, explained.values)
    peers = scores.log_expected - explained.base - explained.values.sum(axis=1)
    usual = int(np.rint(np.exp(explained.base) * 100))
    for row in range(len(frame)):
        factors = [
            (factor.name, said_of(factor, frame, row), float(np.exp(added[row, place])))
            for place, factor in enumerate(model.factors)
        ]
        factors.append((PEERS, "对照组的实际水平", float(np.exp(peers[row]))))
        yield Expectation(usual, tuple(sorted(factors, key=lambda one: -abs(np.log(one[2])))))


def grouped(model: AnomalyModel, values: Floats) -> Floats:
    """Return rows × factors: what the columns of each factor add together."""
    places = {column: place for place, column in enumerate(model.columns)}
    sums = [values[:, [places[column] for column in factor.columns]].sum(axis=1) for factor in model.factors]
    return np.column_stack(sums) if sums else np.empty((len(values), 0))


def importance(model: AnomalyModel, fit: Fit, frame: Frame) -> dict[str, float]:
    """Return by factor how far it moves the expectation of a stay on average: the mean of |log of its times|."""
    added = grouped(model, explain_trees(fit.estimators["middle"], encode(model, frame, fit.codes)).values)
    return {
        factor.name: round(float(np.abs(added[:, place]).mean()), 4) for place, factor in enumerate(model.factors)
    }  # fmt: skip


def said_of(factor: Factor, frame: Frame, row: int) -> str:
    """Return what a factor reads like in a row."""
    values = {column: _word(factor, column, frame[column][row]) for column in factor.columns}
    return factor.said.format(**values) if values[factor.columns[0]] else factor.missing


def _word(factor: Factor, column: str, value: Any) -> str:
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return ""
    text = f"{value:g}" if isinstance(value, float | np.floating) else str(value)
    return factor.words.get(f"{column}={text}", text)
