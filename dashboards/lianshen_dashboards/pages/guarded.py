"""A page that cannot be made says so in its own place, with what to do and the number under which the log has it."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

from dash import html

from lianshen_dashboards.context import NotSignedIn
from lianshen_dashboards.logs import request_number
from lianshen_dashboards.parts.common import Part, empty
from lianshen_dashboards.texts import say

LOG = logging.getLogger("lianshen.page")


def broken(error: Exception) -> Part:
    """Return what stands in the place of a page that failed."""
    hint = say("broken.hint", kind=type(error).__name__, number=request_number.get() or say("word.none"))
    # An empty address is this page again, with its filter.
    again = html.A(say("broken.again"), href="", className="btn primary")
    return html.Div(empty(say("broken.title"), hint, again), className="page", id="broken", role="alert")


def guarded(layout: Any) -> Any:
    """Return a page's layout that answers with :func:`broken` instead of failing."""
    if not callable(layout):
        return layout
    make: Callable[..., Part] = layout

    @functools.wraps(make)
    def made(*given: Any, **named: Any) -> Part:
        try:
            return make(*given, **named)
        except NotSignedIn:
            raise
        except Exception as error:
            LOG.exception("page failed")
            return broken(error)

    return made
