"""/me: one's own account, password, beginning of the day, look, sessions and keys."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html

from lianshen.cases.domain import Principal
from lianshen.cases.services.scope import agency_name
from lianshen_dashboards.parts.common import Part, facts, heading, table
from lianshen_dashboards.present import Row, moment
from lianshen_dashboards.texts import KEYS, say

PATH = "/me"
TITLE = f"{say('me.title')} · {say('app.name')}"
PASSWORDS = ("old", "new", "again")
THEMES = ("system", "light", "dark")


def page(p: Principal, views: Sequence[Row], sessions: Sequence[Row], home: str) -> Part:
    """Return the page; ``home`` names where the role begins without a view of one's own."""
    cards = [
        account(p),
        password(),
        *([beginning(views, home)] if p.sees_cases else []),
        look(p),
        devices(sessions),
        keys(),
    ]
    return html.Div(
        [html.Div(html.H1(say("me.title")), className="page-head"), html.Div(cards, className="me-cards")],
        className="page me",
    )


def _card(title: str, *children: Part) -> Part:
    return html.Section([heading(title, level=2), *children], className="card")


def account(p: Principal) -> Part:
    """Return who is signed in."""
    place = agency_name(p.agency) if p.agency else say("shell.whole_province")
    rows: list[tuple[str, Part, bool]] = [
        (say("me.login"), p.login, False), (say("me.name"), p.name, False), (say("me.role"), p.role_name, False),
        (say("me.place"), place, False),
    ]  # fmt: skip
    note = html.P(say("me.insured"), className="mute") if p.sees_insured else None
    return _card(say("me.account"), facts(rows), note)


def password() -> Part:
    """Return the form for a new password."""
    complete = {"old": "current-password", "new": "new-password", "again": "new-password"}
    fields = [
        html.Label(
            [
                html.Span(say(f"me.password_{name}"), className="label"),
                dcc.Input(
                    id=f"me-{name}", type="password", value="", maxLength=200, className="input",
                    autoComplete=complete[name],
                ),
            ],
            className="field",
        )
        for name in PASSWORDS
    ]  # fmt: skip
    do = html.Button(say("me.password_do"), id="me-password-do", className="btn primary", type="button")
    return _card(say("me.password"), *fields, do, said("me-password-said"))


def said(name: str, text: str = "", is_bad: bool = False) -> Part:
    """Return the place of an answer."""
    return html.Div(text, id=name, className="me-said bad" if is_bad else "me-said", role="status")


def beginning(views: Sequence[Row], home: str) -> Part:
    """Return the choice of where the day begins."""
    chosen = next((view["name"] for view in views if view["is_default"]), "")
    names = {"": say("me.view_role", name=home), **{view["name"]: view["name"] for view in views}}
    choices = [
        html.Button(
            text, className="btn", type="button", id={"begin": name},
            **{"aria-pressed": "true" if name == chosen else "false"},
        )
        for name, text in names.items()
    ]  # fmt: skip
    hint = html.P(say("me.view_hint"), className="mute")
    return _card(say("me.view"), hint, html.Div(choices, className="row"), said("me-view-said"))


def look(p: Principal) -> Part:
    """Return the choice of light and dark, and the way back to the queue's own columns."""
    themes = [
        html.Button(
            say(f"me.theme_{name}"),
            className="btn",
            type="button",
            **{"data-theme-choice": name, "aria-pressed": "false"},
        )
        for name in THEMES
    ]
    reset = html.Button(say("me.columns_reset"), className="btn", type="button", **{"data-columns-of": p.login})
    columns = [heading(say("me.columns")), reset] if p.sees_cases else []
    return _card(say("me.theme"), html.Div(themes, className="row"), *columns)


def devices(sessions: Sequence[Row]) -> Part:
    """Return one's sessions and the button that ends the others."""
    end = html.Button(say("me.session_end"), id="me-sessions-end", className="btn", type="button")
    return _card(
        say("me.sessions"), html.Div(sessions_table(sessions), id="me-sessions"), end, said("me-sessions-said")
    )


def sessions_table(sessions: Sequence[Row]) -> Part:
    """Return where one is signed in."""
    heads = [(say("me.session_from"), ""), (say("me.session_since"), "num"), (say("me.session_seen"), "num")]
    rows: list[list[Part]] = [
        [
            [
                one["ip"] or say("word.none"),
                html.Span(say("me.session_here"), className="pill green") if one["is_here"] else None,
            ],
            moment(one["created_at"]),
            moment(one["seen_at"]),
        ]
        for one in sessions
    ]
    return table(heads, rows, label=say("me.sessions"))


def keys() -> Part:
    """Return the keys of the queue and the case."""
    rows = [html.Tr([html.Td(html.Kbd(key)), html.Td(meaning)]) for key, meaning in KEYS]
    return _card(say("me.shortcuts"), html.Table(html.Tbody(rows), className="keys-table"))
