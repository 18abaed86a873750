"""Working days: weekends, public holidays and the weekend days that are worked in exchange.

The State Council publishes each year's arrangement in the autumn before; ``workdays.csv`` holds the years
that are known. A year that is not in the file has weekends only, and :meth:`Workdays.is_known` says so.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from io import StringIO

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Workdays:
    """The calendar: ``off`` are holidays on weekdays or weekends, ``worked`` weekend days that are worked."""

    off: frozenset[date]
    worked: frozenset[date]

    @classmethod
    def read(cls, text: str) -> Workdays:
        """Read CSV text with the columns date, kind (off or work) and note."""
        rows = [(date.fromisoformat(row["date"]), row["kind"]) for row in csv.DictReader(StringIO(text))]
        kinds = {kind for _, kind in rows}
        if not kinds <= {"off", "work"}:
            raise ValueError(f"workdays: kind is off or work, not {sorted(kinds - {'off', 'work'})}")
        return cls(
            frozenset(day for day, kind in rows if kind == "off"),
            frozenset(day for day, kind in rows if kind == "work"),
        )

    @classmethod
    @cache
    def shipped(cls) -> Workdays:
        """Return the calendar that the package carries."""
        return cls.read((files("lianshen") / "workdays.csv").read_text(encoding="utf-8"))

    def is_workday(self, day: date) -> bool:
        """Return whether the day is worked."""
        return day in self.worked or (day.weekday() < 5 and day not in self.off)

    def is_known(self, year: int) -> bool:
        """Return whether the file knows the year at all."""
        return any(day.year == year for day in self.off)

    def add(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day`` (``count`` ≥ 0; 0 gives the day itself)."""
        if count < 0:
            raise ValueError(f"count is {count}: working days are counted forward")
        while count:
            day += DAY
            count -= self.is_workday(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Return how many working days lie after ``start`` up to ``end``; negative where ``end`` is earlier."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_workday(start + DAY * step) for step in range(1, (end - start).days + 1))
