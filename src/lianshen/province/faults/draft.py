"""The lines of a night while planted records change them."""

from __future__ import annotations

import numpy as np

from lianshen.province.arrow import Ints
from lianshen.province.bills import DAY, Bills
from lianshen.province.lines import ONE, Ledger, Lines, prices
from lianshen.province.people import People
from lianshen.province.places import Places
from lianshen.settlement import line_amount


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

    def add_lines(self, row: int, item: Ints, quantity: Ints, time: Ints) -> Ints:
        """Add marked lines to a bill at the institution's prices; ``quantity`` in ten-thousandths.

        Returns what they cost in fen, before they are split."""
        owner = np.full(len(item), row, dtype=np.int64)
        price = prices(self.ledger, self.bills, self.people, self.places, item, owner, time)
        lines = Lines.of(owner, item, quantity, price, time)
        lines.mark[:] = 1
        self._more.append(lines)
        return line_amount(quantity, price)

    def drop(self, row: int, items: Ints) -> None:
        """Take the bill's lines of these items out."""
        these = self.of(row)
        self.lines.quantity[these[np.isin(self.lines.item[these], items)]] = 0

    def result(self) -> Lines:
        """Return all lines by bill and time."""
        lines = Lines.join([self.lines, *self._more]) if self._more else self.lines
        lines = lines.take(np.flatnonzero(lines.quantity != 0))
        return lines.take(np.argsort(lines.owner * 2**34 + (lines.time - 15_000 * DAY), kind="stable"))
