"""Every address that no page has."""

from __future__ import annotations

import dash

from lianshen_dashboards.context import current
from lianshen_dashboards.parts.common import Part, empty, link_button
from lianshen_dashboards.shell import home_of
from lianshen_dashboards.texts import say


def layout(**_query: str) -> Part:
    """Return a word and a way back."""
    return empty(say("error.page"), "", link_button(say("app.short"), home_of(current()), "primary"))


def register(app: dash.Dash) -> None:
    """Register the page; Dash finds it by this name."""
    dash.register_page("not_found_404", title=say("app.name"), layout=layout)
