"""/notices: what one's agency or oneself is told, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html

from lianshen_dashboards.parts.common import Part, empty, link_button, table
from lianshen_dashboards.parts.inquiring import address
from lianshen_dashboards.present import Row, moment
from lianshen_dashboards.texts import say

PATH = "/notices"
TITLE = f"{say('notices.title')} · {say('app.name')}"
SHOWN = 50


def page(rows: Sequence[Row], *, unread: bool, count: int) -> Part:
    """Return the list, with what is unread in front of the eye and marked read by one button."""
    newest = rows[0]["id"] if rows else 0
    tabs = html.Nav(
        [
            _tab(say("notices.unread"), f"{PATH}?unread=true", unread, count),
            _tab(say("notices.all"), PATH, not unread, None),
        ],
        className="sides",
        **{"aria-label": say("notices.title")},
    )
    read_all = html.Button(
        say("notices.read_all"), id="notices-read", className="btn", type="button", n_clicks=0, disabled=not count
    )
    head = html.Div([html.H1(say("notices.title")), html.Span(className="spacer"), read_all], className="page-head")
    body = _table(rows) if rows else empty(say("notices.none"), say("notices.none_hint"))
    more = []
    if len(rows) == SHOWN:
        query = f"before={rows[-1]['id']}" + ("&unread=true" if unread else "")
        more = [html.Div(link_button(say("notices.older"), f"{PATH}?{query}", "small"), className="buttons")]
    card = html.Section([body, *more], className="card")
    seen = dcc.Store(id="notices-at", data={"until": newest, "unread": unread})
    return html.Div([head, tabs, card, seen], className="page", id="notices")


def _tab(text: str, href: str, on: bool, count: int | None) -> Part:
    number = html.Span(f"{count:,}", className="count num") if count is not None else None
    return dcc.Link([text, number], href=href, className="way on" if on else "way")


def _table(rows: Sequence[Row]) -> Part:
    heads = [
        (say("notices.when"), "nowrap num"),
        (say("notices.what"), ""),
        (say("notices.about"), "nowrap"),
        ("", "nowrap"),
    ]
    cells: list[list[Part]] = []
    for one in rows:
        links = [
            dcc.Link(number, href=href, className="num")
            for number, href in (
                (one["inquiry_no"], address(str(one["inquiry_no"]))),
                (one["case_no"], f"/cases/{one['case_no']}"),
            )
            if number
        ]
        read = html.Span(say("notices.read_by", who=one["read_by"]), className="mute") if one["read_at"] else _read(one)
        text = html.Span(one["text"], className="mute" if one["read_at"] else "strong")
        cells.append([moment(one["at"]), text, [html.Div(link) for link in links], read])
    return html.Div(table(heads, cells, label=say("notices.title")), className="scroll-x")


def _read(one: Row) -> Part:
    return html.Button(say("notices.read"), id={"read": one["id"]}, className="btn small", type="button", n_clicks=0)
