"""Tonight's lists: which cases fit into the hours that a desk has; what does not fit waits.

Taking the best yuan per hour first is the right answer to a knapsack of small items: what is lost against the best
possible choice is less than the most valuable case that did not fit (G. Dantzig, Operations Research 5, 1957). Hours
are all that are still to come: at an agency those of its own desk; the centre's first review also spends the
agency's, which are the scarce ones. Three things go before the best. Deadlines of the procedure do not ask for money,
so what is about to be due comes first. A share of the hours goes to what models find strangest, each in its turn, so
that a kind of scheme that nobody confirmed yet keeps its place. And a share goes to what waits longest, so that no
case waits for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lianshen.anomaly.turns import Queue, take_turns

Why = Literal["due", "oldest", "strange", "best"]


@dataclass(frozen=True)
class Waiting:
    """A case before its desk: what it is worth (fen), how long it takes in all and at the desk (minutes), since when.

    ``night`` is the date of its newest settlement; of two that waited as long the older one goes first.
    """

    case_no: str
    worth: int
    minutes: int
    here: int
    since: date
    night: date
    due: date | None = None

    @property
    def per_hour(self) -> int:
        """Fen for an hour of everybody's work that is still to come."""
        return self.worth * 60 // max(1, self.minutes)


@dataclass(frozen=True)
class Listed:
    """Where a case stands at its desk: its place, 1 first, and why it was chosen; None: it waits."""

    case_no: str
    place: int
    chosen: Why | None


@dataclass(frozen=True)
class Allocation:
    """The list of one desk: every case that came in, the chosen ones first. Minutes."""

    listed: tuple[Listed, ...]
    capacity: int
    used: int


def allocate(
    waiting: Sequence[Waiting], capacity: int, *, soon: date, oldest: float, strangest: float = 0.0,
    turns: Sequence[Queue] = (),
) -> Allocation:  # fmt: skip
    """Return the list of a desk that has ``capacity`` minutes.

    Due up to ``soon`` comes first, by its deadline, whatever the capacity: the law does not know it. Then the share
    ``oldest`` of the minutes goes to those that wait longest, ``strangest`` to those of which models speak, taking
    ``turns``, one case of each subject; the rest goes to the best. What a share does not use goes to the best too. No
    case is left out of the answer.
    """
    best = sorted(waiting, key=lambda one: (-one.per_hour, -one.worth, one.case_no))
    due = sorted((one for one in waiting if one.due is not None and one.due <= soon), key=_by_deadline)
    taken: dict[str, Why] = {one.case_no: "due" for one in due}
    used = sum(one.here for one in due)
    by_age = sorted(waiting, key=lambda one: (one.since, one.night, one.case_no))
    # Rounded down: a desk with hardly any time spends it on the best.
    aside, strange = int(capacity * oldest), int(capacity * strangest) if turns else 0
    used += _fill(best, capacity - used - aside - strange, taken, "best")
    here = {one.case_no: one for one in waiting}
    spoken = (here[case_no] for case_no in take_turns(turns, taken.keys()) if case_no in here)
    used += _fill(spoken, min(strange, capacity - used), taken, "strange")
    used += _fill(by_age, min(aside, capacity - used), taken, "oldest")
    used += _fill(best, capacity - used, taken, "best")
    order = [*due, *(one for one in best if taken.get(one.case_no, "due") != "due"),
             *(one for one in best if one.case_no not in taken)]  # fmt: skip
    listed = tuple(Listed(one.case_no, place, taken.get(one.case_no)) for place, one in enumerate(order, start=1))
    return Allocation(listed, capacity, used)


def _by_deadline(one: Waiting) -> tuple[date, int, str]:
    return one.due or date.max, -one.worth, one.case_no


def _fill(order: Iterable[Waiting], minutes: int, taken: dict[str, Why], why: Why) -> int:
    """Take what still fits, in the order given; return the minutes used. What is too long makes room for the next."""
    used = 0
    for one in order:
        if one.case_no not in taken and one.here <= minutes - used:
            taken[one.case_no] = why
            used += one.here
    return used
