"""Full identifiers: asked for with a reason, shown for a minute, gone by themselves."""

from __future__ import annotations

from dash import dcc, html

from lianshen.cases.services.unmasking import IDENTIFIERS, MASKED_FROM, SECONDS
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.present import Row
from lianshen_dashboards.texts import say


def asking(role: str, message: str = "", reason: str = "") -> Part:
    """Return the question for the reason, or nothing for a role that works with pseudonyms only."""
    if role in MASKED_FROM:
        return None
    entry = dcc.Input(
        id="unmask-why", value=reason, placeholder=say("unmask.hint"), maxLength=400, type="text", className="input"
    )
    return html.Details(
        [
            html.Summary(say("unmask.open")),
            html.Label([html.Span(say("unmask.why"), className="label"), entry], className="field"),
            html.Div(message, className="banner red", role="alert") if message else None,
            html.Button(
                say("unmask.show", n=SECONDS), id="unmask-show", className="btn small", type="button", n_clicks=0
            ),
        ],
        open=bool(message),
        className="more",
    )


def shown(found: Row) -> Part:
    """Return the identifiers with the clock that takes them away again."""
    pairs: list[tuple[str, str]] = [(say("unmask.person"), found["person"])]
    for settlement in found["settlements"]:
        pairs += [
            (say(f"unmask.{name}"), settlement[name]) for name in IDENTIFIERS if name in settlement and name != "person"
        ]
    cells = [part for name, value in pairs for part in (html.Dt(name), html.Dd(value, className="num break"))]
    return html.Div(
        [
            html.Dl(cells, className="identifiers"),
            html.P(say("unmask.left", n=found["seconds"]), className="mute"),
            dcc.Interval(id="unmask-over", interval=found["seconds"] * 1000, max_intervals=1),
        ],
        className="unmasked",
        id="unmasked",
        role="status",
    )
