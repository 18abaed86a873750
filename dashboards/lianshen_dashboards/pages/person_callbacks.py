"""Reading one person under the principal's scope; the look is logged with the cases shown."""

from __future__ import annotations

import dash

from lianshen.cases.errors import NotFound
from lianshen.cases.services.persons import get_person
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.pages import person as pages
from lianshen_dashboards.parts.common import Part


def layout(person: str = "", **_query: str) -> Part:
    """Return the page."""
    try:
        return pages.page(get_person(current(), desk().book, desk().published, person))
    except NotFound:
        return pages.missing()


def register(app: dash.Dash) -> None:
    """Register the page."""
    dash.register_page("person", path_template=pages.PATH, title=pages.TITLE, layout=layout)
