"""Reading one agency under the principal's scope."""

from __future__ import annotations

import dash

from lianshen.agency import CENTRE, agencies
from lianshen.cases import services
from lianshen.cases.domain import Principal
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import insight
from lianshen.cases.services.scope import agency_name
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.pages import region
from lianshen_dashboards.parts.common import Part


def may_see(p: Principal, code: str) -> bool:
    """Return whether an agency's page is for the principal: every agency for the province, else the own."""
    if p.sees_province:
        return code in agencies() or code == CENTRE
    return p.sees_cases and code == p.agency


def read(p: Principal, code: str) -> region.RegionView:
    """Return the figures of an agency."""
    # A county's own people see its cases and no others, so there is nothing to filter.
    book, f = desk().book, CaseFilter(region=(code,)) if code in agencies() or code == CENTRE else CaseFilter()
    return region.RegionView(
        code,
        agency_name(code),
        services.totals(p, book, f),
        services.ageing(p, book, f),
        services.rule_stats(p, book, f),
        insight.closing_weeks(p, book, f),
        insight.workload(p, book, f),
        insight.quality(p, book, f),
        insight.recovered_by_month(p, book, f),
        book.terms,
    )


def layout(code: str = "", **_query: str) -> Part:
    """Return the page."""
    p = current()
    return region.page(read(p, code)) if may_see(p, code) else region.missing()


def register(app: dash.Dash) -> None:
    """Register the page."""
    dash.register_page("region", path_template=region.PATH, title=region.TITLE, layout=layout)
