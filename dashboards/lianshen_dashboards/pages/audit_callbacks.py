"""Reading the trail for the auditor, and walking its chain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import dash
from dash import Input, Output, no_update

from lianshen.cases.services import auditing
from lianshen.cases.services.auditing import TrailFilter
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.listening import listen
from lianshen_dashboards.pages import audit
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.texts import say

FIELDS = ("case_no", "actor", "action", "since", "until", "before")
LONGEST = 40
NUMBER = re.compile(r"[0-9]{1,17}")


def asked_for(query: Mapping[str, str]) -> tuple[TrailFilter, int | None, str]:
    """Return the filter of an address, the number to begin before, and what was not understood."""
    bad = ""

    def word(name: str) -> str:
        return query.get(name, "").strip()[:LONGEST]

    def day(name: str) -> date | None:
        nonlocal bad
        try:
            return date.fromisoformat(word(name)) if word(name) else None
        except ValueError:
            bad = say("audit.bad_day")
            return None

    f = TrailFilter(word("case_no").upper(), word("actor"), word("action"), day("since"), day("until"))
    return f, int(word("before")) if NUMBER.fullmatch(word("before")) else None, bad


def layout(**query: str) -> Part:
    """Return the page for the auditor, and a word for everybody else."""
    p, book = current(), desk().book
    if p.role != "auditor":
        return audit.denied()
    f, before, bad = asked_for(query)
    return audit.page(
        audit.AuditView(
            {name: str(query.get(name, "")) for name in FIELDS},
            auditing.search_trail(p, book, f, before),
            auditing.search_views(p, book, f),
            auditing.chain_state(p, book),
            auditing.trail_actions(p, book),
            bad,
        )
    )


def register(app: dash.Dash) -> None:
    """Register the page and its callback."""
    dash.register_page("audit", path=audit.PATH, title=audit.TITLE, layout=layout)

    @listen(app, Output("chain-said", "children"), Input("verify", "n_clicks"))
    def verify(clicks: int) -> Any:
        if not clicks:
            return no_update
        p, book = current(), desk().book
        if p.role != "auditor":
            return audit.denied()
        return audit.walked(auditing.verify_trail(p, book))
