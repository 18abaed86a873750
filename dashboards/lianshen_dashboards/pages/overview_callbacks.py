"""Reading the overview, and the switch of the tiles' metric."""

from __future__ import annotations

from typing import Any

import dash
from dash import ALL, Input, Output, ctx, no_update

from lianshen.cases import services
from lianshen.cases.domain import Principal
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services.cube import cube
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.listening import listen
from lianshen_dashboards.pages import overview, region, region_callbacks
from lianshen_dashboards.parts import cartogram
from lianshen_dashboards.parts.common import Part, empty
from lianshen_dashboards.texts import say


def read(p: Principal) -> overview.Overview:
    """Return the figures under the principal's scope."""
    book = desk().book
    counted = cube(p, book, CaseFilter())
    return overview.Overview(
        counted.totals(),
        counted.states(),
        counted.regions(),
        services.rule_stats(p, book),
        services.ageing(p, book),
        counted.steps(),
    )


def layout(**_query: str) -> Part:
    """Return the overview; an agency's own people get their agency, and those who see no cases a word."""
    p = current()
    if not p.sees_cases:
        return empty(say("error.no_cases"))
    return overview.page(read(p)) if p.sees_province else region.page(region_callbacks.read(p, p.agency or ""))


def register(app: dash.Dash) -> None:
    """Register the page and its callback."""
    dash.register_page("overview", path=overview.PATH, title=overview.TITLE, layout=layout)

    @listen(app, Output("tiles", "children"), Output("switch", "children"), Input({"metric": ALL}, "n_clicks"))
    def show(clicks: list[int]) -> tuple[Any, Any]:
        if not any(clicks):
            return no_update, no_update
        metric = ctx.triggered_id["metric"]
        if metric not in cartogram.METRICS:
            return no_update, no_update
        return cartogram.tiles(services.region_stats(current(), desk().book), metric), cartogram.switch(metric)
