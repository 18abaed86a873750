"""What happens to the bills of a night, in order: settled, taken back, settled again, settled twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lianshen.province.arrow import Flags, Ints
from lianshen.province.balances import year_of
from lianshen.province.bills import CLINIC_VISIT, DAY, EMERGENCY_VISIT, STAY, Bills
from lianshen.province.everyday import REVERSED
from lianshen.province.faults import Directed

SETTLED, TAKEN_BACK, AGAIN, TWICE = range(4)


@dataclass(frozen=True)
class Events:
    """One row per settlement of the night, reversals included; the bills themselves come first and in their order."""

    source: Ints
    """Row of the bill that is settled or taken back."""
    role: Ints
    bills: Bills
    """The bill of every event, with its own time of settlement."""
    after: Ints
    """Event that must have arrived before this one: the original of a reversal, the reversal before a bill is settled
    again; -1 for none."""

    def __len__(self) -> int:
        return len(self.source)

    def rounds(self, human: Ints) -> Iterator[Ints]:
        """Yield events such that each human has at most one in a round and has them in the order of their times."""
        order = np.lexsort((np.arange(len(self)), self.bills.settle_time, human))
        ordered = human[order]
        first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        rank = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
        for turn in range(int(rank.max()) + 1 if len(rank) else 0):
            yield np.sort(order[rank == turn])


def events_of_night(
    rng: np.random.Generator, per_night: int, bills: Bills, human: Ints, directed: list[Directed], rows: dict[int, int]
) -> Events:
    """Add to the bills of a night what takes some of them back, settles some again and some twice.

    ``rows`` gives the bill of each planted record. Everyday bills are taken back only where nothing else of the person
    can come in between: one bill in the night, no reversal next year, none on a later day before a drugstore visit.
    """
    n = len(bills)
    count = min(round(per_night * REVERSED), n)
    alone = _alone(human)
    everyday = np.flatnonzero((bills.directed < 0) & alone)
    back = np.sort(rng.choice(everyday, size=min(count, len(everyday)), replace=False)) if len(everyday) else everyday
    late = np.where(rng.random(len(back)) < 0.7, 0, rng.integers(1, 4, len(back))) * DAY
    late = np.where(np.isin(bills.care[back], (CLINIC_VISIT, EMERGENCY_VISIT)), 0, late)
    is_again = rng.random(len(back)) < np.where(bills.care[back] == STAY, 0.9, 0.3)
    this_year = year_of(bills.settle_time[back]) == year_of(bills.settle_time[back] + late + 7_200)
    back, late, is_again = back[this_year], late[this_year], is_again[this_year]
    planned = {
        kind: np.array([rows[k] for k, one in enumerate(directed) if one.again == kind], dtype=np.int64)
        for kind in ("reversed", "resettled", "twice", "reversed_twice", "misnamed")
    }
    more_than_once = [planned["reversed_twice"], planned["reversed_twice"], planned["misnamed"]]
    taken_back = np.concatenate([back, planned["reversed"], planned["resettled"], *more_than_once])
    delay = np.concatenate([late, np.zeros(len(taken_back) - len(late), dtype=np.int64)])
    settled_again = np.concatenate([back[is_again], planned["resettled"]])
    twice = planned["twice"]
    source = np.concatenate([np.arange(n), taken_back, settled_again, twice])
    role = np.repeat([SETTLED, TAKEN_BACK, AGAIN, TWICE], [n, len(taken_back), len(settled_again), len(twice)])
    everything = bills.take(source)
    reversal = role == TAKEN_BACK
    everything.settle_time[reversal] += 5_400 + delay
    everything.settle_time[role == TWICE] += 1_500
    returned = np.full(n, -1, dtype=np.int64)
    returned[source[reversal]] = np.flatnonzero(reversal)
    after = np.select([reversal, role == AGAIN], [source, returned[source]], -1)
    again = np.flatnonzero(role == AGAIN)
    everything.settle_time[again] = everything.settle_time[after[again]] + 900
    everything.directed = np.where(role == SETTLED, everything.directed, -1)
    return Events(source, role, everything, after)


def _alone(human: Ints) -> Flags:
    """Return whose bill is the only one of the night."""
    _, which, count = np.unique(human, return_inverse=True, return_counts=True)
    return np.asarray(count[which] == 1)
