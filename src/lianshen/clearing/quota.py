"""The quota of a revolving fund: some months of what a region has to pay, from last year's monthly mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from lianshen.clearing.months import Month

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Quota:
    """``basis``: LAST_YEAR (twelve months), PART_OF_LAST_YEAR, THIS_YEAR, DAYS (no whole month yet) or NONE.

    ``counted`` says of how many months, or for DAYS of how many days, the mean was taken.
    """

    amount: Decimal | None
    basis: str
    counted: int


def quota(paid: Mapping[Month, Decimal], since: date, on: date, months: int) -> Quota:
    """Return the quota that holds on a day, from what was payable by month of settlement.

    ``since`` is the first day of which anything is known: a month that began before it is no whole month. The quota
    is fixed for a year by the months of the year before. Where none of these is known it follows from the whole
    months of this year, and before the first of them from the days so far; the basis says which it was.
    """
    last_year = [month for month in _months(on.year - 1) if month.first >= since]
    this_year = [month for month in _months(on.year) if month.first >= since and month.last <= on]
    for whole, basis in (
        (last_year, "LAST_YEAR" if len(last_year) == 12 else "PART_OF_LAST_YEAR"),
        (this_year, "THIS_YEAR"),
    ):
        if whole:
            total = sum((paid.get(month, Decimal(0)) for month in whole), Decimal(0))
            return Quota(_round(total * months / len(whole)), basis, len(whole))
    days = (on - since).days + 1
    total = sum((amount for month, amount in paid.items() if month <= Month.of(on)), Decimal(0))
    if days < 1 or not total:
        return Quota(None, "NONE", 0)
    return Quota(_round(total * months * 365 / (12 * days)), "DAYS", days)


def _months(year: int) -> list[Month]:
    return [Month(year, number) for number in range(1, 13)]


def _round(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
