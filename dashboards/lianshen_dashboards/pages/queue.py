"""/queue: what next? The cases of a filter, one highlighted, its facts beside it, one key per decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_ag_grid as dag
from dash import dcc, html

from lianshen.cases.domain import DROPS, TRANSITIONS, Principal
from lianshen.cases.filters import DEFAULT_SORT, CaseFilter
from lianshen.cases.services.exporting import COLUMNS
from lianshen_dashboards import grid
from lianshen_dashboards.parts import facets
from lianshen_dashboards.parts.common import Part, button, empty
from lianshen_dashboards.parts.night import night_banner, night_done
from lianshen_dashboards.present import Row
from lianshen_dashboards.texts import say

PATH = "/queue"
TITLE = f"{say('queue.title')} · {say('app.name')}"
EXTRA = (
    "side", "since", "until", "person", "inst", "insured", "county", "mine", "assignee", "decision", "changed",
    "unrecovered", "sort", "view",
)  # fmt: skip
EXPECTED: dict[str, Any] = {
    **grid.MONEY,
    # An amount beside what only estimates speak for would read like a deduction that is proposed.
    "valueFormatter": grid.function("params.data && params.data.expected === '0.00' ? '—' : money(params.value)"),
}
IN_BAR = (
    ("release", "R", "primary"), ("drop", "D", "danger"), ("accept", "A", "primary"), ("confirm", "C", ""),
    ("archive", None, ""),
)  # fmt: skip


def columns(p: Principal, f: CaseFilter) -> list[dict[str, Any]]:
    """Return the columns in their order; the sort of the filter is marked on its first."""

    def column(field: str, width: int, name: str = "", **more: Any) -> dict[str, Any]:
        key = name or field
        return {"field": field, "colId": key, "headerName": say(f"col.{key}"), "width": width, **more}

    numeral: dict[str, Any] = {"cellClass": "number"}
    shown = [
        column("case_no", 156, pinned="left", cellClass="link number"),
        column("severity", 76, cellRenderer="Severity"),
        column("at_issue", 128, **grid.MONEY),
        column("expected", 122, sortable=False, **EXPECTED),
        column("per_hour", 98, **EXPECTED),
        column("rule_name", 172, "rule"),
        column("fixmedins_name", 200, "inst", flex=1, minWidth=168),
        column("basis_text", 168, "basis", sortable=False),
        column("level_name", 92, "level", sortable=False),
        *([column("region_name", 88, "region")] if "region" in facets.facets_of(p, f) else []),
        column("insured_name", 88, "insured"),
        column("diag_name", 156, "diag", sortable=False),
        column("discharge", 106, **numeral),
        column("score", 76, valueFormatter=grid.function("score(params.value)"), **numeral),
        column("state_name", 92, "state", cellRenderer="State"),
        column("due_at", 96, cellRenderer="Clock"),
        column("reply_by", 106, sortable=False, hide=True, **numeral),
        column("assignee", 96),
        column("decision_name", 92, "decision", sortable=False),
        column("determined", 128, **grid.MONEY),
        column("recovered", 128, hide=True, **grid.MONEY),
    ]
    # One arrow only: the second criterion is the script's, and two arrows leave no room for the names.
    first = (f.sort or DEFAULT_SORT).split(",")[0]
    for one in shown:
        if one["colId"] == first.removeprefix("-"):
            one["sort"] = "desc" if first.startswith("-") else "asc"
    return shown


def cases_grid(p: Principal, f: CaseFilter) -> Part:
    """Return the table; its rows come from ``/api/v1/cases`` through the data source of the script."""
    return dag.AgGrid(
        id="grid",
        rowModelType="infinite",
        columnDefs=columns(p, f),
        getRowId="params.data.case_no",
        defaultColDef={**grid.DEFAULT_COLUMN, "tooltipValueGetter": grid.function("params.value")},
        style={"height": "100%", "width": "100%"},
        className="",
        dashGridOptions=grid.options(
            rowSelection={"mode": "multiRow", "enableClickSelection": False, "headerCheckbox": False},
            selectionColumnDef={"width": 40, "pinned": "left", "resizable": False, "suppressHeaderMenuButton": True},
            cacheBlockSize=100,
            maxBlocksInCache=20,
            maxConcurrentDatasourceRequests=2,
            blockLoadDebounceMillis=60,
            rowBuffer=5,
            infiniteInitialRowCount=30,
            # A row without data is on its way: grey bars, never a spinner over old rows.
            rowClassRules={"coming": "!params.data"},
        ),
    )


def no_case() -> Part:
    """Return what the pane shows while no row is highlighted."""
    return empty(say("queue.pane_empty"), say("queue.pane_hint"))


def reasons() -> Part:
    """Return the dialog that asks why cases are dropped; number keys choose."""
    choices = [
        html.Button(
            [html.Kbd(str(index)), reason.label],
            className="btn",
            type="button",
            **{"data-reason": code, "data-needs-text": "1" if reason.needs_text else "0"},
        )
        for index, (code, reason) in enumerate(DROPS.items(), start=1)
    ]
    return dialog(
        "reasons",
        say("reason.title"),
        [
            html.P(say("reason.hint"), className="mute"),
            html.Div(choices, className="stack reasons"),
            html.Label(
                [html.Span(say("reason.text"), className="label"), html.Textarea(className="input", maxLength=400)],
                className="field",
            ),
        ],
    )


def many_dialog() -> Part:
    """Return the dialog that asks once more before every case of a filter is moved."""
    return dialog(
        "many",
        "",
        [
            html.P(say("many.hint"), className="mute"),
            html.Div(
                [
                    html.Button(say("many.do"), className="btn primary", type="button", **{"data-many": "do"}),
                    html.Button(say("many.cancel"), className="btn", type="button", **{"data-close": "1"}),
                ],
                className="row",
            ),
        ],
    )


def result_dialog() -> Part:
    """Return the dialog that tells of each case what became of it."""
    close = html.Button(say("help.close"), className="btn", type="button", **{"data-close": "1"})
    return dialog("result", say("result.title"), [html.Div(id="result-list", className="results"), close])


def views_chip() -> Part:
    """Return the chip of one's own views; the script fills it from ``/api/v1/views``."""
    save = html.Div(
        [
            dcc.Input(id="view-name", type="text", maxLength=40, placeholder=say("views.name"), className="input"),
            html.Button(say("views.save"), id="view-save", className="btn primary", type="button"),
        ],
        className="row view-new",
    )
    drop = html.Div(
        [html.Div(id="view-list", className="view-list"), save],
        className="drop",
        role="group",
        **{"aria-label": say("views.title")},
    )
    return html.Details([html.Summary(say("views.title")), drop], className="chip own-views", id="chip-views")


def dialog(name: str, title: str, children: list[Part]) -> Part:
    """Return a modal dialog that the scripts open."""
    return html.Dialog(
        [html.H2(title, className="heading"), *children], id=name, className="help", **{"aria-label": title}
    )


def export_button() -> Part:
    """Return the button that takes the cases of the filter out, with the columns as they are shown."""
    known = {"data-export": "xlsx", "data-columns": ",".join(COLUMNS)}
    return html.Button(say("queue.export"), className="btn quiet", type="button", **known)


def _typed(name: str, value: str, kind: str, wait: float, longest: int) -> Part:
    hint = say("filter.search_hint") if name == "q" else say(f"filter.{name}")
    box = dcc.Input(
        id=f"f-{name}",
        type="text",
        value=value,
        placeholder=hint,
        debounce=wait,
        maxLength=longest,
        className=f"input {kind}",
    )
    return html.Label([html.Span(say(f"filter.{name}"), className="hidden-text"), box])


def page(
    p: Principal, f: CaseFilter, rule_names: Mapping[str, str], dropped: list[str] | None = None,
    runs: tuple[Row, ...] = (),
) -> Part:  # fmt: skip
    """Return the queue for a filter; ``dropped`` names what the address asked and nobody understood.

    ``runs`` are the nights of the snapshot in force, newest first.
    """
    values = facets.facet_values(p, rule_names)
    chips = [
        facets.chip(name, values[name], tuple(str(one) for one in getattr(f, name))) for name in facets.facets_of(p, f)
    ]
    held = {
        name: html.Div(dcc.Checklist(id=f"f-{name}", options=[], value=[]), hidden=True)
        for name in facets.FACETS
        if name not in facets.facets_of(p, f)
    }
    given = {name: getattr(f, name) for name in EXTRA}
    extra = {
        name: ",".join(map(str, value)) if isinstance(value, tuple) else "true" if value is True else str(value)
        for name, value in given.items()
        if value not in (None, (), False)
    }
    acts = [
        button(action, TRANSITIONS[action].label, key, kind, **{"data-sources": ",".join(TRANSITIONS[action].sources)})
        for action, key, kind in IN_BAR
        if p.role in TRANSITIONS[action].roles and f.side is None
    ]
    notice = html.Div(say("filter.dropped", keys="、".join(dropped)), className="banner amber") if dropped else None
    return html.Div(
        [
            html.Div([facets.tabs(facets.views(p)), views_chip()], className="views-row"),
            html.Div(
                [
                    _typed("q", f.q or "", "search", 0.3, 60),
                    *chips,
                    facets.due_chip(f.due),
                    _typed("min_amount", str(f.min_amount or ""), "amount", 0.4, 15),
                    html.Span(id="extra", className="row"),
                    html.Button(say("filter.clear"), className="btn quiet", type="button", **{"data-drop": ""}),
                    notice,
                    night_banner(runs),
                    *held.values(),
                ],
                className="filters",
                role="search",
            ),
            html.Div(
                [
                    cases_grid(p, f),
                    html.Div(html.Div(id="no-rows-text", className="empty"), id="no-rows", className="no-rows"),
                ],
                className="grid-area",
            ),
            html.Aside(
                no_case(), id="pane", className="pane", **{"aria-label": say("queue.pane_label"), "aria-live": "polite"}
            ),
            html.Div(
                [
                    html.Span(say("queue.loading"), id="count", role="status"),
                    html.Span(id="selection"),
                    html.Button("", id="choose-all", className="btn quiet", type="button", hidden=True)
                    if acts
                    else None,
                    html.Span(className="spacer"),
                    export_button(),
                    *acts,
                ],
                className="bar",
            ),
            reasons(),
            many_dialog(),
            result_dialog(),
            dcc.Store(id="q"),
            dcc.Store(id="focus"),
            dcc.Store(id="extra-filter", data=extra),
            dcc.Store(id="field-order", data=list(CaseFilter.model_fields)),
            dcc.Store(id="attached"),
        ],
        className="queue",
        id="queue",
        **{"data-login": p.login, "data-province": "1" if p.sees_province else "", "data-night": night_done(runs)},
    )
