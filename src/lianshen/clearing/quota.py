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
    """``basis``: LAST_YEAR (twelve months), PART_OF_LAST_YEAR, THIS_YEAR, THIS_MONTH (days so far) or NONE.

    ``counted`` says of how many months, or for THIS_MONTH of how many days, the mean was taken.
    """

    amount: Decimal | None
    basis: str
    counted: int


def quota(paid: Mapping[Month, Decimal], on: date, months: int) -> Quota:
    """Return the quota that holds on a day, from what was payable by month of settlement.

    Fixed for a year by the months of the year before. A region without any is given what its complete months of this
    year show, and before the first of them what the days so far show; the basis says which it was.
    """
    last_year = {month: amount for month, amount in paid.items() if month.year == on.year - 1}
    if last_year:
        basis = "LAST_YEAR" if len(last_year) == 12 else "PART_OF_LAST_YEAR"
        return Quota(_mean(sum(last_year.values(), Decimal(0)) * months, len(last_year)), basis, len(last_year))
    current = Month.of(on)
    complete = {
        month: amount
        for month, amount in paid.items()
        if month.year == on.year and (month < current or (month == current and on == month.last))
    }
    if complete:
        return Quota(_mean(sum(complete.values(), Decimal(0)) * months, len(complete)), "THIS_YEAR", len(complete))
    if current in paid:
        whole = paid[current] * months * current.last.day
        return Quota(_mean(whole, on.day), "THIS_MONTH", on.day)
    return Quota(None, "NONE", 0)


def _mean(total: Decimal, count: int) -> Decimal:
    return (total / count).quantize(CENT, ROUND_HALF_UP)
