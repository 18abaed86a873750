"""Months and quarters in Shanghai, as people name them and as the casebook's moments are compared with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from lianshen.cases.errors import Refused
from lianshen.config import SHANGHAI

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(20\d\d)-?Q([1-4])", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Period:
    """``months`` whole months from ``first`` on; the days are half open."""

    first: date
    months: Literal[1, 3]

    @property
    def after(self) -> date:
        """The first day that no longer belongs to it."""
        return _months_on(self.first, self.months)

    @property
    def last(self) -> date:
        return self.after - timedelta(days=1)

    @property
    def begins(self) -> datetime:
        """The moment it begins in Shanghai."""
        return _midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment that no longer belongs to it."""
        return _midnight(self.after)

    @property
    def previous(self) -> Period:
        return Period(_months_on(self.first, -self.months), self.months)

    @property
    def key(self) -> str:
        """How it is asked for: 2026-11, or 2026Q4."""
        if self.months == 1:
            return f"{self.first:%Y-%m}"
        return f"{self.first.year}Q{(self.first.month + 2) // 3}"

    @property
    def name(self) -> str:
        """How documents write it."""
        if self.months == 1:
            return f"{self.first.year}年{self.first.month}月"
        return f"{self.first.year}年第{'一二三四'[(self.first.month - 1) // 3]}季度"


def month(key: str) -> Period:
    """Return the month of ``2026-11``.

    :raises Refused: for anything else.
    """
    found = _MONTH.fullmatch(key)
    if found is None:
        raise Refused(f"月份 {key!r} 无效；格式为 YYYY-MM，如 2026-11")
    return Period(date(int(found[1]), int(found[2]), 1), 1)


def quarter(key: str) -> Period:
    """Return the quarter of ``2026Q4``.

    :raises Refused: for anything else.
    """
    found = _QUARTER.fullmatch(key)
    if found is None:
        raise Refused(f"季度 {key!r} 无效；格式为 YYYYQn，如 2026Q4")
    return Period(date(int(found[1]), int(found[2]) * 3 - 2, 1), 3)


def month_of(day: date) -> Period:
    return Period(day.replace(day=1), 1)


def quarter_of(day: date) -> Period:
    return Period(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 3)


def _months_on(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
