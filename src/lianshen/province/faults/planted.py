"""How a planted record is described: the bills it needs, how they are changed, what is true of it.

A fault is made the way the real one is: the records are generated like any others and then changed at the point where
the real fault happens (a line added, a wrong catalogue, wrong terms, a header rewritten). Look-alikes are the innocent
neighbours of each fault.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lianshen.province.arrow import Ints
from lianshen.province.bills import DAY, Bills
from lianshen.province.lines import ONE, Ledger, Lines, prices
from lianshen.province.money import Facts, Header
from lianshen.province.people import (
    People,
)
from lianshen.province.places import Places

FAULT, LOOK_ALIKE, RELATED = "fault", "look_alike", "related"

CERTAINTY = {
    "PL-04": "definite",
    "PL-11": "definite",
    "PL-13": "definite",
    "CH-02": "suspicious",
    "CH-04": "definite",
    "CH-10": "definite",
    "MG-02": "definite",
    "MD-03": "definite",
    "AD-01": "suspicious",
    "AD-06": "definite",
    "AD-07": "suspicious",
    "FR-01": "suspicious",
    "FR-06": "definite",
    "XR-01": "definite",
    "XR-03": "definite",
    "XR-05": "definite",
    "XR-11": "suspicious",
    "XR-12": "definite",
    "ST-01": "definite",
    "ST-02": "definite",
    "ST-03": "definite",
    "ST-04": "definite",
    "ST-05": "definite",
    "ST-06": "definite",
    "ST-07": "definite",
    "ST-08": "definite",
    "ST-09": "definite",
    "MD-11": "suspicious",
}
"""The rules that the answer key speaks of, with the certainty that decides the floor."""


@dataclass(frozen=True)
class Filing:
    """One filing for care away from home; ``end`` -1 is open."""

    person: int
    kind: int
    region: str
    begin: int
    end: int
    created: int
    review: str = "1"
    valid: str = "1"


@dataclass
class Directed:
    """One bill of a planted record."""

    bill: Bills
    rule: str
    kind: str
    note: str
    group: int
    linked: Directed | None = None
    also: tuple[str, ...] = ()
    """Other rules that this record breaks too, unavoidably."""
    edit_lines: Callable[[Draft, int], None] | None = None
    edit_facts: Callable[[Facts, int], None] | None = None
    edit_header: Callable[[Header, int], None] | None = None
    edit_reversal: Callable[[Header, int], None] | None = None
    """Changes what the reversal takes back; its amounts stand without their sign."""
    treating_catalogue: bool = False
    newborn: bool = False
    prices_a2: bool = False
    """The fund at issue is what was paid minus what the right terms and the honest split give."""
    without_marked: bool = False
    """... with the marked lines moved to self-pay."""
    again: str = ""
    """"reversed": taken back later the same day; "resettled": taken back and settled again; "twice": settled twice;
    "reversed_twice": taken back twice; "misnamed": taken back by a reversal that names another settlement."""
    night: int = 0

    @property
    def settled_on(self) -> int:
        """Day of settlement."""
        return int(self.bill.settle_time[0]) // DAY


class Draft:
    """The lines of a night while planted records change them."""

    def __init__(
        self, ledger: Ledger, bills: Bills, lines: Lines, people: People, places: Places, rng: np.random.Generator
    ):
        self.ledger, self.bills, self.lines, self.people, self.places, self.rng = (
            ledger,
            bills,
            lines,
            people,
            places,
            rng,
        )
        self._edges = np.searchsorted(lines.owner, np.arange(len(bills) + 1))
        self._more: list[Lines] = []

    def of(self, row: int) -> Ints:
        """Return the positions of a bill's lines."""
        return np.arange(self._edges[row], self._edges[row + 1])

    def days(self, row: int) -> int:
        """Return how many dates the bill's care covers."""
        return int(self.bills.end[row] - self.bills.begin[row]) + 1

    def at(self, row: int, offset: int, hour: float) -> int:
        """Return a moment of the ``offset``-th day, inside the visit or stay."""
        wanted = (int(self.bills.begin[row]) + offset) * DAY + int(hour * 3600) + int(self.rng.integers(0, 1800))
        return int(
            np.clip(
                wanted,
                self.bills.begin_time[row] + 30,
                max(self.bills.end_time[row] - 30, self.bills.begin_time[row] + 31),
            )
        )

    def price(self, row: int, item: int, time: int) -> int:
        """Return what the institution charges for the item."""
        owner = np.array([row], dtype=np.int64)
        return int(
            prices(self.ledger, self.bills, self.people, self.places, np.array([item]), owner, np.array([time]))[0]
        )

    def add(
        self,
        row: int,
        item: int,
        *,
        count: float = 1,
        time: int | None = None,
        price: int | None = None,
        amount: int = -1,
        covered: int = 0,
        flaw: int = 0,
        mark: bool = True,
    ) -> None:
        """Add one line to a bill; ``amount`` is what was charged instead of quantity x price."""
        when = self.at(row, min(1, self.days(row) - 1), 10.0) if time is None else time
        line = Lines.of(
            *(
                np.array([v], dtype=np.int64)
                for v in (row, item, round(count * ONE), self.price(row, item, when) if price is None else price, when)
            )
        )
        line.amount[0], line.covered[0], line.flaw[0], line.mark[0] = amount, covered, flaw, int(mark)
        self._more.append(line)

    def drop(self, row: int, items: Ints) -> None:
        """Take the bill's lines of these items out."""
        these = self.of(row)
        self.lines.quantity[these[np.isin(self.lines.item[these], items)]] = 0

    def result(self) -> Lines:
        """Return all lines by bill and time."""
        lines = Lines.join([self.lines, *self._more]) if self._more else self.lines
        lines = lines.take(np.flatnonzero(lines.quantity != 0))
        return lines.take(np.argsort(lines.owner * 2**34 + (lines.time - 15_000 * DAY), kind="stable"))
