"""The clocks of a case: until when it has to be taken, answered and decided, what stands still, and who was told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import html

from lianshen.workdays import Workdays
from lianshen_dashboards.parts.common import Part, clock_part, heading
from lianshen_dashboards.present import Row, moment
from lianshen_dashboards.texts import say

SOON = 3
REPLIES = {"hearing": "clock.reply_institution", "evidence": "clock.reply_evidence"}
WAITING = frozenset({"released", "accepted", "hearing", "evidence", "returned", "submitted", "appealed"})


def clocks(case: Row, today: date, workdays: Workdays) -> Part:
    """Return the card of a case's clocks, or nothing before it was sent out and after it was decided."""
    if case["state"] not in WAITING:
        return None
    rows: list[tuple[str, Part]] = []
    if case["state"] == "released" and case["accept_by"]:
        rows.append((say("clock.accept_by"), _until(case["accept_by"], today, workdays)))
    if case["state"] in REPLIES and case["reply_by"]:
        rows.append((say(REPLIES[case["state"]]), _until(case["reply_by"], today, workdays)))
    if case["due_at"] and case["state"] != "submitted":
        name = say("clock.appeal") if case["state"] == "appealed" else say("clock.due")
        shown = str(case["due_at"]) if case["paused_on"] else _until(case["due_at"], today, workdays)
        rows.append((name, shown))
    if case["paused_on"]:
        stood = max(0, workdays.between(case["paused_on"], today))
        rows.append((say("clock.paused"), say("clock.paused_since", day=case["paused_on"], n=stood)))
    if case["extension"]:
        rows.append((say("clock.extension"), say(f"clock.extension_{case['extension']}")))
    if case["escalation"]:
        tone = "red" if case["escalation"] > 1 else "amber"
        rows.append((say("clock.escalated"), html.Span(case["escalation_name"], className=f"pill {tone}")))
    if not rows:
        return None
    cells: Sequence[Part] = [part for name, value in rows for part in (html.Dt(name), html.Dd(value))]
    return html.Div(
        [
            heading(say("clock.title")),
            html.Div([html.Dl(cells, className="num"), _track(case, today)], className="clock-card"),
        ]
    )


def _until(day: date, today: date, workdays: Workdays) -> Part:
    return [str(day), " ", clock_part(workdays.between(today, day))]


def _track(case: Row, today: date) -> Part:
    """Return how much of the time is gone as a bar; none where no clock runs."""
    if case["days_left"] is None:
        return None
    begun = date.fromisoformat(moment(case["released_at"])[:10]) if case["released_at"] else today
    whole = max(1, (case["due_at"] - begun).days)
    late = case["days_left"] < 0
    used = 100 if late else min(100, max(0, (today - begun).days * 100 // whole))
    tone = "late" if late else "soon" if case["days_left"] <= SOON else ""
    return html.Div(html.I(className=tone, style={"width": f"{used}%"}), className="track", **{"aria-hidden": "true"})
