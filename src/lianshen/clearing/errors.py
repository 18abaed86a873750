"""What can go wrong in clearing and be mended by whoever asked."""

from __future__ import annotations

from lianshen.errors import LianshenError, UsageError


class ClearingError(LianshenError):
    """The books do not allow what was asked: a month out of turn, a term without a value, a ledger that is off."""


class MonthNotClosed(ClearingError):
    """A statement was asked for of a month that is not closed."""


class MonthNotOver(UsageError):
    """A month was to be closed before the warehouse has received its last day."""
