"""What moves on the queue: counts of the chips and tabs, and the pane of the highlighted case."""

from __future__ import annotations

from typing import Any

import dash
from dash import ALL, ClientsideFunction, Input, Output, State

from lianshen.cases import services
from lianshen.cases.domain import Principal
from lianshen.cases.errors import NotFound
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services.listing import count_cases
from lianshen.cases.services.ranking import get_rank
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.listening import listen
from lianshen_dashboards.pages import queue
from lianshen_dashboards.parts import facets
from lianshen_dashboards.parts.common import Part, empty, not_found
from lianshen_dashboards.parts.night import runs_of
from lianshen_dashboards.parts.pane import informed_pane, pane
from lianshen_dashboards.texts import say


def layout(**query: str) -> Part:
    """Return the queue for the address."""
    p = current()
    if not p.sees_cases:
        return empty(say("error.no_cases"))
    f, dropped = CaseFilter.from_query(query)
    return queue.page(p, f, desk().rule_names, dropped, runs_of(desk().published))


def tab_counts(p: Principal, f: CaseFilter) -> dict[str, int]:
    """Return how many cases each tab would show with the rest of the filter as it is."""
    book = desk().book
    states = services.facets(p, book, facets.View("all").of(f))["state"]
    return {
        view.key: sum(n for state, n in states.items() if not view.state or state in view.state)
        if view.is_plain
        else count_cases(p, book, view.of(f))
        for view in facets.views(p)
    }


def register(app: dash.Dash) -> None:
    """Register the page and its callbacks."""
    dash.register_page("queue", path=queue.PATH, title=queue.TITLE, layout=layout)
    names = list(facets.FACETS)

    app.clientside_callback(
        ClientsideFunction("lianshen", "query"),
        Output("q", "data"),
        Input("f-q", "value"),
        *[Input(f"f-{name}", "value") for name in names],
        Input("f-due", "value"),
        Input("f-min_amount", "value"),
        Input("extra-filter", "data"),
        State("field-order", "data"),
    )
    app.clientside_callback(ClientsideFunction("lianshen", "attach"), Output("attached", "data"), Input("grid", "id"))
    for name in (*names, "due"):
        app.clientside_callback(
            ClientsideFunction("lianshen", "chipText"),
            Output({"chip": name}, "children"),
            Output({"chip": name}, "className"),
            Input(f"f-{name}", "value"),
            Input(f"f-{name}", "options"),
            State({"chip": name}, "title"),
        )

    @listen(
        app,
        *[Output(f"f-{name}", "options") for name in names],
        Output({"count": ALL}, "children"),
        Input("q", "data"),
        State({"count": ALL}, "id"),
    )
    def count(q: dict[str, Any] | None, tabs: list[dict[str, str]]) -> tuple[Any, ...]:
        p = current()
        f, _ = CaseFilter.from_query((q or {}).get("q", ""))
        counts = services.facets(p, desk().book, f)
        values = facets.facet_values(p, desk().rule_names)
        chosen = {name: tuple(str(one) for one in getattr(f, name)) for name in names}
        options = [facets.options(values[name], counts[name], chosen[name]) for name in names]
        per_tab = tab_counts(p, f)
        return (*options, [f"{per_tab[tab['count']]:,}" for tab in tabs])

    @listen(app, Output("pane", "children"), Input("focus", "data"))
    def show(focus: dict[str, Any] | None) -> Part:
        if not focus:
            return queue.no_case()
        p, book, case_no = current(), desk().book, str(focus["case_no"])
        try:
            case = services.get_case(p, book, case_no)
            services.log_view(p, book, case_no, "pane")
        except NotFound:
            return not_found()
        if not case["is_whole"]:
            return informed_pane(case)
        return pane(
            case,
            services.get_findings(p, book, case_no),
            services.get_lines(p, book, case_no),
            services.related(p, book, case_no, limit=5)["person"],
            get_rank(p, book, case_no),
        )
