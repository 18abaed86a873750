"""Which actions a case offers, and the form of the one that is chosen."""

from __future__ import annotations

from datetime import timedelta

from dash import html

from lianshen.cases.domain import TRANSITIONS, UNDO_SECONDS
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.parts.fields import act
from lianshen_dashboards.parts.forms import BODIES, Setting, decided
from lianshen_dashboards.texts import say

DANGER = frozenset({"drop", "reject_scope", "withdraw", "return", "refuse_extension", "reopen"})
FIRST = (
    "submit", "release", "accept", "confirm", "statement", "provide", "grant_extension", "transfer", "archive",
    "restore", "reopen",
)  # fmt: skip
"""What is shown at once where several actions are possible, the first that is offered."""


def offered(at: Setting) -> list[str]:
    """Return the actions that can be taken now, what is done most first; an undo only while its time runs."""
    still = (
        at.case["moved_at"] is None or at.now is None or at.now - at.case["moved_at"] <= timedelta(seconds=UNDO_SECONDS)
    )
    acts = [action for action in at.case["actions"] if action != "undo" or still]
    rank = {action: place for place, action in enumerate(FIRST)}
    return sorted(acts, key=lambda action: rank.get(action, len(FIRST)))


def form(at: Setting, chosen: str | None = None) -> list[Part]:
    """Return the form of one action, with the others one click away; what was typed stays when another is chosen."""
    acts = offered(at)
    if not acts:
        told = decided(at.case) if at.case["decision"] else []
        return [*told, html.Div(say("act.nothing", state=at.case["state_name"]), className="banner slate")]
    action = chosen if chosen in acts else acts[0]
    names = [
        html.Span(TRANSITIONS[one].label, className="act-choice on", **{"aria-current": "true"})
        if one == action
        else html.Button(TRANSITIONS[one].label, id={"choose": one}, type="button", n_clicks=0, className="act-choice")
        for one in acts
    ]
    kind = "danger" if action in DANGER else "primary"
    return [
        html.Div(names, className="acts", role="group", **{"aria-label": say("act.title")}) if len(acts) > 1 else None,
        html.Div(
            [*BODIES[action](at), html.Div([act(action, TRANSITIONS[action].label, kind)], className="buttons")],
            className="form",
            **{"data-action": action},
        ),
    ]
