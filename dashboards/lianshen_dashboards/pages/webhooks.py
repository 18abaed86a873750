"""/admin/webhooks: which agencies' systems are told of their cases, and the letters that did not arrive."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from lianshen.cases.domain import Principal
from lianshen.cases.services.scope import agency_name
from lianshen_dashboards.parts.common import Part, empty, heading, table
from lianshen_dashboards.present import Row, moment
from lianshen_dashboards.texts import say

PATH = "/admin/webhooks"
TITLE = f"{say('webhooks.title')} · {say('app.name')}"
WORKS = frozenset({"sysadmin", "secadmin"})
"""Who may do something here; an auditor reads."""


def denied() -> Part:
    """Return the page for everybody who is no administrator."""
    return html.Div(empty(say("webhooks.denied")), className="page")


def page(p: Principal, hooks: Sequence[Row], dead: Sequence[Row]) -> Part:
    """Return the systems that are told, and below them what was given up."""
    title = html.Div([html.H1(say("webhooks.title"))], className="page-head")
    return html.Div(
        [
            title,
            html.P(say("webhooks.about"), className="mute"),
            html.Div(id="webhooks-said", className="said-box", role="status"),
            html.Div(lists(p, hooks, dead), id="webhooks-lists", className="stack"),
        ],
        className="page stack",
    )


def lists(p: Principal, hooks: Sequence[Row], dead: Sequence[Row]) -> Part:
    """Return both tables, with what may be done to each row."""
    works = p.role in WORKS
    again = (
        _button("replay-all", "0", say("webhooks.replay_all"), "") if works and any(hook["dead"] for hook in hooks) else
        None
    )  # fmt: skip
    return [
        html.Section(_hooks(hooks, works), className="card"),
        html.Section(
            [
                html.Div(
                    [heading(say("webhooks.dead"), say("webhooks.dead_note"), level=2),
                     html.Span(className="spacer"), again],
                    className="row",
                ),
                _dead(dead, hooks, works),
            ],
            className="card",
        ),
    ]  # fmt: skip


def _hooks(hooks: Sequence[Row], works: bool) -> Part:
    if not hooks:
        return empty(say("webhooks.none"), say("webhooks.none_hint"))
    heads = [(say("webhooks.number"), "num"), (say("webhooks.agency"), "nowrap"), (say("webhooks.url"), ""),
             (say("webhooks.state"), "nowrap"), (say("webhooks.waiting"), "num"), (say("webhooks.given_up"), "num"),
             (say("webhooks.error"), ""), *([("", "nowrap right")] if works else [])]  # fmt: skip
    rows = [
        [
            str(hook["id"]),
            agency_name(hook["agency"]),
            html.Span(hook["url"], className="break"),
            _state(hook),
            f"{hook['waiting']:,}",
            f"{hook['dead']:,}",
            html.Span(hook["last_error"] or say("word.none"), className="mute break"),
            *([_doings(hook)] if works else []),
        ]
        for hook in hooks
    ]
    return html.Div(table(heads, rows, label=say("webhooks.title")), className="scroll-x")


def _state(hook: Row) -> Part:
    if not hook["is_active"]:
        return html.Span(say("webhooks.removed"), className="pill grey")
    if hook["paused_at"]:
        return html.Span(say("webhooks.paused"), className="pill amber", title=moment(hook["paused_at"]))
    return html.Span(say("webhooks.active"), className="pill green")


def _doings(hook: Row) -> Part:
    if not hook["is_active"]:
        return None
    number = str(hook["id"])
    doings = [("resume", "") if hook["paused_at"] else ("pause", "")]
    doings += [("replay", "")] if hook["dead"] else []
    return html.Span(
        [_button(action, number, say(f"webhooks.{action}"), kind) for action, kind in doings], className="row end"
    )


def _dead(dead: Sequence[Row], hooks: Sequence[Row], works: bool) -> Part:
    if not dead:
        return empty(say("webhooks.no_dead"))
    active = {hook["id"] for hook in hooks if hook["is_active"]}
    heads = [(say("webhooks.letter"), "num"), (say("webhooks.hook"), "num"), (say("webhooks.event"), "num"),
             (say("webhooks.attempts"), "num"), (say("webhooks.error"), ""),
             *([("", "nowrap right")] if works else [])]  # fmt: skip
    rows = [
        [
            str(letter["id"]),
            str(letter["webhook_id"]),
            str(letter["event_seq"]),
            str(letter["attempts"]),
            html.Span(letter["last_error"] or "", className="break"),
            *([_button("replay-one", str(letter["id"]), say("webhooks.replay_one"), "")
               if letter["webhook_id"] in active else None] if works else []),
        ]
        for letter in dead
    ]  # fmt: skip
    return html.Div(table(heads, rows, label=say("webhooks.dead")), className="scroll-x")


def _button(action: str, number: str, label: str, kind: str) -> Part:
    return html.Button(
        label, id={"hook": number, "do": action}, className=f"btn small {kind}".strip(), type="button", n_clicks=0,
        **{"aria-label": f"{label} {number}"},
    )  # fmt: skip
