"""Looking where no label points: every model in turn, its strangest subject that was not looked at yet.

It has a share of the capacity beside the labels; the order of the models alone is another one, of evidence added up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from lianshen.anomaly.judging.reading import Judgeable
from lianshen.anomaly.spec import AnomalyModel, Ints
from lianshen.anomaly.subject import SubjectModel
from lianshen.anomaly.turns import Named, Queue, read_named, take_turns


@dataclass(frozen=True)
class Exploration:
    """What the models name among the later settlements: their findings, and then what they found not worth telling."""

    findings: tuple[Queue, ...]
    others: tuple[Queue, ...]

    @classmethod
    def of(cls, named: Sequence[Named], asked: Collection[str]) -> Exploration:
        """Keep of what is named the settlements ``asked``, in the order in which they are named."""
        queues: dict[tuple[bool, str], list[tuple[str, ...]]] = {}
        for subject in named:
            if kept := tuple(one for one in subject.settlements if one in asked):
                queues.setdefault((subject.is_finding, subject.model), []).append(kept)
        return cls(*(tuple(queues[key] for key in sorted(queues) if key[0] is found) for found in (True, False)))

    def turns(self, given: set[str]) -> Iterator[str]:
        """Yield settlements, one of each subject; those ``given``, which may grow, are looked at already."""
        yield from take_turns(self.findings, given)
        yield from take_turns(self.others, given)


def read_exploration(
    con: duckdb.DuckDBPyConnection, judgeable: Judgeable, models: Collection[AnomalyModel | SubjectModel]
) -> Exploration:
    """Read what ``models`` name among the settlements that count, from the scores in the warehouse."""
    asked = {str(key) for key in judgeable.bills.key[judgeable.is_judged]}
    return Exploration.of(read_named(con, [model.id for model in models]), asked)


def share_out(learned: Sequence[str], exploration: Exploration, every: int) -> list[str]:
    """Return all of ``learned``, best first, every ``every``-th place given to the exploration while it has any.

    What the one has placed, the other does not place again.
    """
    order: list[str] = []
    given: set[str] = set()
    turns = exploration.turns(given)
    for settlement in learned:
        while (len(order) + 1) % every == 0 and (explored := next(turns, None)) is not None:
            given.add(explored)
            order.append(explored)
        if settlement not in given:
            given.add(settlement)
            order.append(settlement)
    return order


def places(keys: Sequence[str], order: Sequence[str]) -> Ints:
    """Return of each key its place in ``order``, from 0."""
    place = {key: number for number, key in enumerate(order)}
    return np.array([place[key] for key in keys], dtype=np.int64)
