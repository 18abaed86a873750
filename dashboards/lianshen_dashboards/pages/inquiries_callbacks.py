"""Reading the list of inquiries as the address asks for it."""

from __future__ import annotations

import dash

from lianshen.cases.inquiry_filter import InquiryFilter
from lianshen.cases.services import inquiry_reading
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.pages import inquiries
from lianshen_dashboards.parts.common import Part, empty
from lianshen_dashboards.texts import say

MOST_PAGES = 10_000


def layout(page: str = "1", **query: str) -> Part:
    """Return the list; without a tab in the address it opens on what came in, for the centre on everything."""
    p, book = current(), desk().book
    if not p.sees_cases or p.role == "analyst":
        return empty(say("inquiries.no_role"))
    f = InquiryFilter.from_query({"tab": inquiries.tabs_of(p)[0], **query})
    if f.tab not in inquiries.tabs_of(p):
        f = f.model_copy(update={"tab": inquiries.tabs_of(p)[0]})
    number = min(int(page), MOST_PAGES) if page.isascii() and page.isdigit() and int(page) else 1
    start = (number - 1) * inquiries.SHOWN
    found = inquiry_reading.list_inquiries(p, book, f, start, start + inquiries.SHOWN)
    return inquiries.page(inquiries.InquiryList(p, f, found, inquiry_reading.count_waiting(p, book), number))


def register(app: dash.Dash) -> None:
    """Register the page."""
    dash.register_page("inquiries", path=inquiries.PATH, title=inquiries.TITLE, layout=layout)
