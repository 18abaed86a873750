"""Reading the reports under the principal's scope."""

from __future__ import annotations

import dash

from lianshen.cases.errors import Refused
from lianshen.cases.reports.measures import MEASURES
from lianshen.cases.reports.periods import Period, month, month_of, quarter, quarter_of
from lianshen.cases.services.assessing import assessment, first_quarter, may_report
from lianshen.cases.services.bulletins import bulletin
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.pages import reports
from lianshen_dashboards.parts.common import Part

MONTHS, QUARTERS = 12, 8
"""How many periods are offered, the newest first."""


def back_from(newest: Period, oldest: Period, most: int) -> list[Period]:
    """Return the periods from the newest back to the oldest."""
    found = [newest]
    while found[-1].first > oldest.first and len(found) < most:
        found.append(found[-1].previous)
    return found


def layout(period: str = "", measure: str = "", **_query: str) -> Part:
    """Return the page: the period of the address, or the quarter that runs."""
    p, book = current(), desk().book
    if not may_report(p):
        return reports.denied()
    begun = first_quarter(book)
    quarters = back_from(quarter_of(book.today), begun, QUARTERS)
    months = back_from(month_of(book.today), month_of(begun.first), MONTHS)
    chosen = _chosen(period) if period else quarters[0]
    if chosen is None or chosen.first > book.today:
        return reports.frame(months, quarters, None, reports.unknown())
    if chosen.months == 1:
        return reports.frame(months, quarters, chosen, reports.bulletin_part(bulletin(p, book, chosen)))
    shown = measure if measure in MEASURES else next(iter(MEASURES))
    return reports.frame(months, quarters, chosen, reports.assessment_part(assessment(p, book, chosen), shown))


def _chosen(key: str) -> Period | None:
    for read in (month, quarter):
        try:
            return read(key)
        except Refused:
            continue
    return None


def register(app: dash.Dash) -> None:
    """Register the page."""
    dash.register_page("reports", path=reports.PATH, title=reports.TITLE, layout=layout)
