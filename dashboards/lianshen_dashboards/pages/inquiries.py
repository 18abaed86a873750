"""/inquiries: what other agencies want to know, what we asked, and what persons object to, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from lianshen.cases import inquiries
from lianshen.cases.domain import REGIONAL, Principal
from lianshen.cases.inquiry_filter import InquiryFilter
from lianshen_dashboards.parts.common import Part, empty, link_button
from lianshen_dashboards.parts.inquiring import ask_address, listed, search_form
from lianshen_dashboards.present import Row
from lianshen_dashboards.texts import say

PATH = "/inquiries"
TITLE = f"{say('inquiries.title')} · {say('app.name')}"
SHOWN = 50


@dataclass(frozen=True)
class InquiryList:
    """One page of the list, read under the principal's scope."""

    principal: Principal
    filter: InquiryFilter
    found: Row
    waiting: Mapping[str, int]
    number: int = 1


def tabs_of(p: Principal) -> tuple[str, ...]:
    """Return the tabs for a role: a region has no need of all, which are its three others."""
    return ("in", "out", "objection") if p.role in REGIONAL else ("all", "in", "out", "objection")


def page(view: InquiryList) -> Part:
    """Return the list with its tabs, filters and pages; all of it is in the address."""
    head = html.Div(
        [html.H1(say("inquiries.title")), html.Span(className="spacer"), *_begin(view.principal)], className="page-head"
    )
    rows = view.found["items"]
    body = (
        [
            html.P(say("inquiries.count", n=view.found["total"]), className="mute num"),
            listed(rows, say("inquiries.title")),
        ]
        if rows
        else [empty(say("inquiries.none"), say("inquiries.none_hint"))]
    )
    card = html.Section([_filters(view.filter), *body, _pager(view)], className="card")
    return html.Div([head, _tabs(view), card], className="page", id="inquiries")


def _begin(p: Principal) -> list[Part]:
    if inquiries.desk_of(p) is None:
        return []
    entrust = link_button(say("inquiries.entrust"), ask_address("entrusted"))
    takes_in = p.role in REGIONAL
    return [entrust, *([link_button(say("inquiries.object"), ask_address("objection"))] if takes_in else [])]


def _tabs(view: InquiryList) -> Part:
    chosen = view.filter.tab
    links = [
        dcc.Link(
            [say(f"inquiries.tab.{tab}"), html.Span(f"{view.waiting[tab]:,}", className="count num")],
            href=_address(InquiryFilter(tab=tab)),
            className="way on" if tab == chosen else "way",
        )
        for tab in tabs_of(view.principal)
    ]
    return html.Nav(links, className="sides", **{"aria-label": say("inquiries.title")})


def _filters(f: InquiryFilter) -> Part:
    kinds = [kind for kind in inquiries.KINDS if f.tab == "all" or kind != "objection"]
    objection = f.tab == "objection"
    known = [inquiries.STEPS[kind] for kind in (["objection"] if objection else kinds)]
    reached = {state for steps in known for step in steps.values() for state in (step.to, *step.sources)}
    states = [state for state in inquiries.STATES if state in reached]
    lines = [
        _choice(
            say("inquiries.filter.due"), f, "due", {"overdue": say("inquiries.overdue"), "soon": say("inquiries.soon")}
        ),
        _choice(say("inquiries.filter.state"), f, "state", {state: inquiries.STATES[state][0] for state in states}),
    ]
    if not objection:
        lines.insert(
            0, _choice(say("inquiries.filter.kind"), f, "kind", {kind: inquiries.KINDS[kind] for kind in kinds})
        )
    return html.Div(
        [*lines, search_form("q", f.q or "", say("inquiries.search"), say("inquiries.search_do"))],
        className="inquiry-filters",
    )


def _choice(label: str, f: InquiryFilter, name: str, values: Mapping[str, str]) -> Part:
    """Return one filter as links: any, or one of its values."""
    now: Any = getattr(f, name)
    chosen = {now} if isinstance(now, str) else set(now or ())
    nothing: Any = () if isinstance(now, tuple) else None
    links = [_link(say("inquiries.any"), f.model_copy(update={name: nothing}), not chosen)]
    for value, text in values.items():
        links.append(_link(text, f.model_copy(update={name: (value,) if nothing == () else value}), value in chosen))
    return html.Div(
        [html.Span(label, className="mute"), *links], className="pick-line", role="group", **{"aria-label": label}
    )


def _link(text: str, f: InquiryFilter, on: bool) -> Part:
    marked = {"aria-current": "true"} if on else {}
    return html.Span(dcc.Link(text, href=_address(f), className="on" if on else ""), **marked)


def _pager(view: InquiryList) -> Part:
    links: list[Part] = []
    if view.number > 1:
        links.append(link_button(say("inquiries.newer"), _address(view.filter, view.number - 1), "small"))
    if view.number * SHOWN < view.found["total"]:
        links.append(link_button(say("inquiries.older"), _address(view.filter, view.number + 1), "small"))
    return html.Div(links, className="buttons") if links else None


def _address(f: InquiryFilter, number: int = 1) -> str:
    query = "&".join(part for part in (f.to_query(), f"page={number}" if number > 1 else "") if part)
    return f"{PATH}?{query}" if query else PATH
