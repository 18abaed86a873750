"""Reading what /ranking shows under the scope of whoever asks."""

from __future__ import annotations

import dash

from lianshen.cases.services import ranking as lists
from lianshen.ranking.services import may_read_samples, read_samples
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.pages import ranking
from lianshen_dashboards.parts.common import Part, empty
from lianshen_dashboards.texts import say

WAITING_SHOWN = 30


def layout(**_query: str) -> Part:
    """Return the page."""
    p, book = current(), desk().book
    if not lists.may_see_desks(p):
        return empty(say("error.no_cases"))
    samples = read_samples(p, book) if may_read_samples(p) else None
    waiting = lists.tonight(p, book, waiting=True, limit=WAITING_SHOWN)
    return ranking.page(ranking.RankingView(lists.desks(p, book), waiting, samples))


def register(app: dash.Dash) -> None:
    """Register the page."""
    dash.register_page("ranking", path=ranking.PATH, title=ranking.TITLE, layout=layout)
