"""The frame around every page: header, navigation, help, and what scripts need to know."""

from __future__ import annotations

import json

import dash
from dash import dcc, html

from lianshen.cases.domain import Principal
from lianshen.cases.services.assessing import may_report
from lianshen.cases.services.ranking import may_see_desks
from lianshen.cases.services.reviewing import may_review
from lianshen.cases.services.scope import agency_name
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.texts import KEYS, browser_texts, say

INDEX = """<!DOCTYPE html>
<html lang="zh-CN">
<head>{%metas%}<meta name="viewport" content="width=device-width, initial-scale=1"><title>{%title%}</title>
<link rel="icon" href="/assets/vendor/icon.svg" type="image/svg+xml">
<script src="/assets/vendor/theme.js"></script>{%css%}</head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


def links(p: Principal) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the navigation of a role: headings with their links."""
    work = [("nav.queue", "/queue?state=released,accepted,returned"), ("nav.submitted", "/queue?state=submitted")]
    if p.sees_province:
        work.insert(0, ("nav.review", "/queue?state=new"))
    else:
        work.insert(0, ("nav.mine", "/queue?state=accepted,returned&mine=true"))
    work += [("nav.insured", "/queue?side=insured")] if p.sees_insured else []
    work += [("nav.tasks", "/tasks")] if may_review(p) else []
    work += [("nav.inquiries", "/inquiries")] if p.role != "analyst" else []
    insight = [("nav.overview", "/overview"), ("nav.all", "/queue"), ("nav.rules", "/rules"), ("nav.runs", "/runs")]
    if may_report(p):
        insight.insert(2, ("nav.reports", "/reports"))
    if may_see_desks(p):
        insight.insert(2, ("nav.ranking", "/ranking"))
    insight += [("nav.models", "/models")]
    if p.sees_cases:
        insight.insert(2, ("nav.institutions", "/institutions"))
    admin = [
        ("nav.users", "/admin/users"),
        ("nav.webhooks", "/admin/webhooks"),
        *([("nav.audit", "/admin/audit")] if p.role == "auditor" else []),
    ]
    known = [link for link in insight if link[1] in ("/rules", "/runs", "/models")]
    shown = (
        [("nav.work", work), ("nav.insight", insight)]
        if p.sees_cases
        else [("nav.admin", admin), ("nav.insight", known)]
    )
    return [(say(title), [(say(key), url) for key, url in some]) for title, some in shown]


def home_of(p: Principal) -> str:
    """Return where a role's day begins."""
    if not p.sees_cases:
        return "/admin/audit" if p.role == "auditor" else "/admin/users"
    if p.role in ("manager", "analyst"):
        return "/overview"
    return "/queue?state=new" if p.sees_province else "/queue?state=released,accepted,returned"


def _help() -> Part:
    rows = [html.Tr([html.Td(html.Kbd(key)), html.Td(meaning)]) for key, meaning in KEYS]
    close = html.Button(say("help.close"), className="btn", type="button", **{"data-close": "1"})
    return html.Dialog(
        [html.H2(say("help.title"), className="heading"), html.Table(html.Tbody(rows)), close],
        id="help",
        className="help",
        **{"aria-label": say("help.title")},
    )


def _header(p: Principal, is_demo: bool) -> Part:
    place = agency_name(p.agency) if p.agency else say("shell.whole_province")
    return html.Header(
        [
            dcc.Link(
                [html.I("联"), say("app.tagline"), html.Small(say("app.demo")) if is_demo else None],
                href=home_of(p),
                className="brand",
            ),
            html.Span(className="spacer"),
            dcc.Link(
                [say("notices.title"), html.Span(id="unread", className="badge")],
                href="/notices",
                className="btn quiet",
            ),
            html.Button([say("shell.keys"), " ", html.Kbd("?")], id="help-open", className="btn quiet", type="button"),
            html.Button(
                html.Span(className="theme-glyph", **{"aria-hidden": "true"}),
                id="theme-toggle",
                type="button",
                className="btn quiet",
                **{"aria-label": say("shell.theme")},
            ),
            dcc.Link(
                [html.B(p.name), f"{p.role_name} · {place}"],
                href="/me",
                className="who",
                title=say("nav.me"),
            ),
            html.Button(say("shell.sign_out"), id="sign-out", className="btn quiet", type="button"),
        ],
        className="top",
    )


def shell(p: Principal, is_demo: bool) -> Part:
    """Return the frame with a place for the page."""
    nav: list[Part] = []
    for title, some in links(p):
        nav += [html.H2(title), *[dcc.Link(text, href=url) for text, url in some]]
    return html.Div(
        [
            html.A(say("app.skip"), href="#main", className="skip"),
            _header(p, is_demo),
            html.Nav(nav, className="nav", **{"aria-label": say("nav.label")}),
            html.Main(dash.page_container, id="main"),
            html.Div(id="toast"),
            _help(),
            dcc.Store(id="error"),
            dcc.Store(id="navigated"),
            html.Script(json.dumps(browser_texts(), ensure_ascii=False), id="texts", type="application/json"),
        ],
        id="shell",
    )
