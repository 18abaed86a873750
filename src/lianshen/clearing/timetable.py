"""When a month has to be declared, cleared and paid, and which treating regions are late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from lianshen.clearing.months import Month
from lianshen.clearing.terms import Terms
from lianshen.workdays import Workdays


@dataclass(frozen=True, slots=True)
class Timetable:
    """The days by which a month's clearing is due; each day is the last on which it is in time."""

    month: Month
    declare_by: date
    postponed_until: date
    notice_on: date
    request_by: date
    pay_by: date
    year_ends_by: date
    workdays_known: bool

    @classmethod
    def of(cls, month: Month, terms: Terms, workdays: Workdays) -> Timetable:
        """Return a month's days under the terms; ``workdays_known`` is false where the calendar has weekends only."""
        notice = month.plus(1).day(terms.whole("notice_day"))
        request = workdays.add(notice, terms.whole("request_workdays"))
        paid = workdays.add(request, terms.whole("pay_workdays"))
        year_end = Month(month.year, 12).plus(terms.whole("year_end_months")).last
        day = terms.whole("declare_day")
        return cls(
            month=month,
            declare_by=month.plus(1).day(day),
            postponed_until=min(month.plus(1 + terms.whole("postpone_months")).day(day), year_end),
            notice_on=notice,
            request_by=request,
            pay_by=paid,
            year_ends_by=year_end,
            workdays_known=all(workdays.is_known(year) for year in {notice.year, request.year, paid.year}),
        )

    def stage(self, on: date) -> str:
        """Return how late what is undeclared is on a day: IN_TIME, POSTPONED, OVERDUE or PAST_YEAR_END."""
        if on > self.year_ends_by:
            return "PAST_YEAR_END"
        if on > self.postponed_until:
            return "OVERDUE"
        return "POSTPONED" if on > self.declare_by else "IN_TIME"


@dataclass(frozen=True, slots=True)
class Late:
    """Settlements of one treating region and month that no application for clearing holds past the due day."""

    region: str
    month: Month
    stage: str
    due: date
    days: int
    settlements: int
    fund: Decimal


def late(con: duckdb.DuckDBPyConnection, on: date, workdays: Workdays) -> list[Late]:
    """Return who is late on a day, the longest first."""
    terms = Terms.read(con, on)
    rows = con.execute(
        "SELECT treat_region, month, COUNT(*), SUM(fund_pay_sumamt) FROM clearing.undeclared_settlement "
        "WHERE setl_date <= ? GROUP BY ALL",
        [on],
    ).fetchall()
    found = []
    for region, written, settlements, fund in rows:
        month = Month.parse(written)
        table = Timetable.of(month, terms, workdays)
        stage = table.stage(on)
        if stage != "IN_TIME":
            days = (on - table.declare_by).days
            found.append(Late(region, month, stage, table.declare_by, days, settlements, fund))
    return sorted(found, key=lambda row: (-row.days, row.region))
