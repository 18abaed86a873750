"""A calendar month as clearing counts it."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from lianshen.errors import UsageError

_WRITTEN = re.compile(r"^((?:19|20|21)\d{2})-?(0[1-9]|1[0-2])$")


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A month of a year; months compare and count forward."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``2026-11`` or ``202611``. Raise :class:`UsageError` for anything else."""
        found = _WRITTEN.match(text.strip())
        if found is None:
            raise UsageError(f"'{text}' is no month: write it as 2026-11")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month that a day lies in."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    def plus(self, months: int) -> Month:
        """Return the month that lies ``months`` later, or earlier where it is negative."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    def day(self, number: int) -> date:
        """Return a day of the month, its last one where it has fewer."""
        return date(self.year, self.number, min(number, self.last.day))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"
